using Yyc3.Connectors.LocalQueue;
using Yyc3.Connectors.Testing.Conformance;

namespace Yyc3.Connectors.Connectors.Tests.LocalQueue;

public sealed class LocalQueueManifestTests : ManifestTests<LocalQueueConnector>;
