ARG BASE
FROM ${BASE}
RUN useradd --system --create-home --uid 10607 kafka && install -d -o kafka /var/lib/kafka/data
COPY kafka /opt/kafka/libs
COPY kafka.properties kafka-start /opt/kafka/
USER kafka
ENTRYPOINT ["/opt/kafka/kafka-start"]
