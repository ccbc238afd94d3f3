using Yyc3.Connectors.LocalFs;
using Yyc3.Connectors.Testing.Conformance;

namespace Yyc3.Connectors.Connectors.Tests.LocalFs;

public sealed class LocalFsManifestTests : ManifestTests<LocalFsConnector>;
