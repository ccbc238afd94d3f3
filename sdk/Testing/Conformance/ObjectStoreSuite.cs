using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Testing.Conformance;

/// <summary>
/// Ground of the suites for capability <c>storage</c>: <see cref="ObjectStoreTests"/>, <see cref="ObjectListingTests"/>,
/// <see cref="ObjectRangeTests"/>, <see cref="ObjectTransferTests"/>, <see cref="ObjectTreatmentTests"/>,
/// <see cref="ObjectVersionTests"/>. Subclass each that applies and open the store; every test works in a folder of its own,
/// so that one bucket serves them all.
/// </summary>
public abstract class ObjectStoreSuite : IAsyncLifetime
{
    private readonly string _folder = "conformance-" + Guid.NewGuid().ToString("N");
    private IObjectStore? _store;

    /// <summary>The store under test.</summary>
    protected IObjectStore Store => _store ?? throw new InvalidOperationException("The store is not open yet.");

    /// <summary>Everything a test stores lies below this prefix, which ends in a slash.</summary>
    protected string Prefix => _folder + "/";

    /// <summary>The running test's token.</summary>
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _store = await OpenAsync(Token);

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        switch (_store)
        {
            case IAsyncDisposable store:
                await store.DisposeAsync();
                break;
            case IDisposable store:
                store.Dispose();
                break;
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the connector.</summary>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <returns>The store; the suite disposes it.</returns>
    protected abstract ValueTask<IObjectStore> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Makes a key inside the test's own folder.</summary>
    /// <param name="name">Path below the folder.</param>
    /// <returns>The key.</returns>
    protected string Key(string name) => Prefix + name;

    /// <summary>Makes content that does not compress and differs by seed.</summary>
    /// <param name="length">How many bytes.</param>
    /// <param name="seed">Same seed, same bytes.</param>
    /// <returns>The bytes.</returns>
    protected static byte[] Bytes(int length, int seed = 1)
    {
        var bytes = new byte[length];
        var block = Encoding.UTF8.GetBytes(seed.ToString(CultureInfo.InvariantCulture));
        for (var start = 0; start < length; start += SHA256.HashSizeInBytes)
        {
            block = SHA256.HashData(block);
            block.AsSpan(0, Math.Min(block.Length, length - start)).CopyTo(bytes.AsSpan(start));
        }

        return bytes;
    }

    /// <summary>Stores bytes.</summary>
    /// <param name="key">Where.</param>
    /// <param name="content">What.</param>
    /// <param name="options">How; null for the default.</param>
    /// <returns>The stored object.</returns>
    protected async Task<ObjectInfo> PutAsync(string key, byte[] content, PutOptions? options = null)
    {
        using var stream = new MemoryStream(content, writable: false);
        return await Store.PutAsync(key, stream, options ?? new PutOptions(), Token);
    }

    /// <summary>Stores a text.</summary>
    /// <param name="key">Where.</param>
    /// <param name="content">What.</param>
    /// <param name="options">How; null for the default.</param>
    /// <returns>The stored object.</returns>
    protected Task<ObjectInfo> PutAsync(string key, string content, PutOptions? options = null) =>
        PutAsync(key, Encoding.UTF8.GetBytes(content), options);

    /// <summary>Reads bytes.</summary>
    /// <param name="key">Which object.</param>
    /// <param name="options">Version and range; null for all of the newest.</param>
    /// <returns>The bytes.</returns>
    protected async Task<byte[]> ReadAsync(string key, ReadOptions? options = null)
    {
        await using var content = await Store.GetAsync(key, options ?? ReadOptions.Default, Token);
        using var bytes = new MemoryStream();
        await content.Content.CopyToAsync(bytes, Token);
        Assert.Equal(content.Length, bytes.Length);
        return bytes.ToArray();
    }

    /// <summary>Reads a text.</summary>
    /// <param name="key">Which object.</param>
    /// <param name="versionId">Which version; null for the newest.</param>
    /// <returns>The text.</returns>
    protected async Task<string> ReadTextAsync(string key, string? versionId = null) =>
        Encoding.UTF8.GetString(await ReadAsync(key, new ReadOptions { VersionId = versionId }));

    /// <summary>Expects a connector's error.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="code">Its code.</param>
    /// <param name="call">What fails.</param>
    /// <returns>The error.</returns>
    protected static async Task<ConnectorException> AssertFailsAsync(ErrorKind kind, string code, Func<Task> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var error = await Assert.ThrowsAsync<ConnectorException>(call);
        Assert.Equal((kind, code), (error.Kind, error.Code));
        return error;
    }

    /// <summary>Expects that there is no such object.</summary>
    /// <param name="key">Which object.</param>
    /// <returns>A task that ends when it is certain.</returns>
    protected Task AssertMissingAsync(string key) =>
        AssertFailsAsync(
            ErrorKind.NotFound,
            "OBJECT_NOT_FOUND",
            async () => await Store.StatAsync(key, versionId: null, Token)
        );
}
