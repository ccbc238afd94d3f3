using System.Text;
using Yyc3.Connectors.AwsS3;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Storage.Tests.AwsS3;

/// <summary>Short forms for tests.</summary>
internal static class StoreExtensions
{
    public static async Task<ObjectInfo> PutTextAsync(
        this AwsS3Connector connector,
        string key,
        string content,
        PutOptions? options = null
    )
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(content));
        return await connector.PutAsync(
            key,
            stream,
            options ?? new PutOptions(),
            TestContext.Current.CancellationToken
        );
    }

    public static async Task<string> ReadTextAsync(this AwsS3Connector connector, string key)
    {
        await using var opened = await connector.GetAsync(
            key,
            ReadOptions.Default,
            TestContext.Current.CancellationToken
        );
        using var reader = new StreamReader(opened.Content);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    public static async Task<IReadOnlyList<string>> KeysAsync(this AwsS3Connector connector, ListOptions options)
    {
        var page = await connector.ListAsync(options, TestContext.Current.CancellationToken);
        return [.. page.Objects.Select(found => found.Key)];
    }

    public static async Task<ConnectorException> FailsAsync(ErrorKind kind, string code, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<ConnectorException>(call);
        Assert.Equal((kind, code), (error.Kind, error.Code));
        return error;
    }
}
