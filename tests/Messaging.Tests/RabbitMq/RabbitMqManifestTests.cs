using Yyc3.Connectors.RabbitMq;
using Yyc3.Connectors.Testing.Conformance;

namespace Yyc3.Connectors.Messaging.Tests.RabbitMq;

public sealed class RabbitMqManifestTests : ManifestTests<RabbitMqConnector>;
