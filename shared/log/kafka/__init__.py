"""Topics on Kafka: a topic per service, a record per commit, its stream as the key. aiokafka stands behind this folder.

Offsets are committed by hand and only after a batch was taken; a rebalance in the middle of a batch is
waited for, in bounds, and whatever is delivered twice nevertheless meets the guards (docs/adr/0003). No
transactions: nothing rests on them. A consumer that has stopped without a word is started anew.
"""

from shared.log.kafka.following import KafkaLog, KafkaSubscription
from shared.log.kafka.place import KafkaPlace, ensure_topics
from shared.log.kafka.publishing import KafkaTopic

__all__ = ["KafkaLog", "KafkaPlace", "KafkaSubscription", "KafkaTopic", "ensure_topics"]
