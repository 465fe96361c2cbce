ARG BASE
FROM ${BASE}
RUN install -d -o postgres /var/lib/mongodb
COPY ferretdb mongodb-start /opt/mongodb/
USER postgres
ENTRYPOINT ["/opt/mongodb/mongodb-start"]
