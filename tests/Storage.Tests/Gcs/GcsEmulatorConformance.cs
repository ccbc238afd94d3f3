using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing.Conformance;

namespace Yyc3.Connectors.Storage.Tests.Gcs;

/// <summary>
/// Google's emulator, as far as it goes: it knows no preconditions, no generations and no chunks, so the suites that need them run
/// against the double.
/// </summary>
public static class GcsEmulatorConformance
{
    public sealed class Listings(GcsFixture gcs) : ObjectListingTests
    {
        protected override async ValueTask<IObjectStore> OpenAsync(CancellationToken cancellationToken) =>
            await gcs.OpenEmulatorAsync();
    }

    public sealed class Ranges(GcsFixture gcs) : ObjectRangeTests
    {
        protected override async ValueTask<IObjectStore> OpenAsync(CancellationToken cancellationToken) =>
            await gcs.OpenEmulatorAsync();
    }
}
