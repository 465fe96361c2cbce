ARG BASE
FROM ${BASE}
RUN useradd --system --create-home --uid 10606 article6 && install -d -o article6 /data
COPY wheels /wheels
COPY source /opt/article6/source
RUN python3 -m venv /opt/article6/venv \
    && cd /opt/article6/source \
    && /opt/article6/venv/bin/pip install -q --no-index --find-links /wheels --require-hashes -r requirements.lock \
    && /opt/article6/venv/bin/pip install -q --no-index --no-deps --no-build-isolation . \
    && rm -rf /opt/article6/source
ENV PATH=/opt/article6/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1
USER article6
ENTRYPOINT ["article6"]
CMD ["serve", "--data", "/data"]
