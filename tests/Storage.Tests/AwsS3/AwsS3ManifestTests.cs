using Yyc3.Connectors.AwsS3;
using Yyc3.Connectors.Testing.Conformance;

namespace Yyc3.Connectors.Storage.Tests.AwsS3;

public sealed class AwsS3ManifestTests : ManifestTests<AwsS3Connector>;
