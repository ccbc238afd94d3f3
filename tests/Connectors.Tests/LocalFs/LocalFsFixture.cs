using System.Text;
using Yyc3.Connectors.LocalFs;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Connectors.Tests.LocalFs;

/// <summary>A connector over a root whose files a test can also touch directly.</summary>
internal sealed class LocalFsFixture : IDisposable
{
    public LocalFsFixture() => Store = Open();

    public ConnectorHarness Harness { get; } = new();

    public LocalFsConnector Store { get; }

    public string Root => Path.Combine(Harness.DataDirectory, "files");

    public string Sidecar => Path.Combine(Root, ".yyc3");

    public LocalFsConnector Open() => new(Harness.Context(new { root = "files" }));

    public string PathOf(string key) => Path.Combine(Root, key);

    /// <summary>Writes a file as another program would.</summary>
    public void WriteFile(string key, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(key))!);
        File.WriteAllText(PathOf(key), content);
    }

    public async Task<ObjectInfo> PutAsync(string key, string content, PutOptions? options = null)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(content));
        return await Store.PutAsync(key, stream, options ?? new PutOptions(), default);
    }

    public Task<ObjectInfo> StatAsync(string key, string? versionId = null) =>
        Store.StatAsync(key, versionId, default).AsTask();

    public async Task<string> ReadAsync(string key, string? versionId = null)
    {
        await using var content = await Store.GetAsync(key, new ReadOptions { VersionId = versionId }, default);
        using var reader = new StreamReader(content.Content);
        return await reader.ReadToEndAsync();
    }

    public async Task<IReadOnlyList<string>> KeysAsync(string prefix = "")
    {
        var page = await Store.ListAsync(
            new ListOptions
            {
                Prefix = prefix,
                Recursive = true,
                Limit = 1000,
            },
            default
        );
        return [.. page.Objects.Select(found => found.Key)];
    }

    public IEnumerable<string> Temps() =>
        Directory.Exists(Path.Combine(Sidecar, "temp")) ? Directory.EnumerateFiles(Path.Combine(Sidecar, "temp")) : [];

    public static async Task<ConnectorException> FailsAsync(Func<Task> call) =>
        await Assert.ThrowsAsync<ConnectorException>(call);

    public void Dispose()
    {
        Store.Dispose();
        Harness.Dispose();
    }
}
