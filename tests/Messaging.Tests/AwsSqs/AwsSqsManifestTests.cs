using Yyc3.Connectors.AwsSqs;
using Yyc3.Connectors.Testing.Conformance;

namespace Yyc3.Connectors.Messaging.Tests.AwsSqs;

public sealed class AwsSqsManifestTests : ManifestTests<AwsSqsConnector>;
