using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing.Conformance;

namespace Yyc3.Connectors.Storage.Tests.AwsS3.Conformance;

public sealed class AwsS3RangeTests(CephStore store) : ObjectRangeTests
{
    protected override async ValueTask<IObjectStore> OpenAsync(CancellationToken cancellationToken) =>
        await store.OpenAsync();
}
