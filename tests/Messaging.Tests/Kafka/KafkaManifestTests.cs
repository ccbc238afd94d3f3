using Yyc3.Connectors.Kafka;
using Yyc3.Connectors.Testing.Conformance;

namespace Yyc3.Connectors.Messaging.Tests.Kafka;

public sealed class KafkaManifestTests : ManifestTests<KafkaConnector>;
