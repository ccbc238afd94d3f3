using Yyc3.Connectors.Benchmarks.Processes;

namespace Yyc3.Connectors.Benchmarks.Core;

/// <summary>Files over REST by curl.</summary>
internal sealed class CurlFiles(Uri server, string integration)
{
    public Task UploadAsync(string source, CancellationToken cancellationToken) =>
        CurlAsync(
            ["--form", "path=/", "--form", "name=big", "--form", $"file=@{source}", Url("upload")],
            cancellationToken
        );

    public async Task DownloadAsync(string target, CancellationToken cancellationToken)
    {
        await CurlAsync(["--output", target, Url("download?path=/big")], cancellationToken);
        await Command.RunAsync("sync", ["--data", target], cancellationToken);
    }

    private static Task<string> CurlAsync(string[] arguments, CancellationToken cancellationToken) =>
        Command.RunAsync(
            "curl",
            [
                "--silent",
                "--show-error",
                "--fail",
                "--header",
                $"authorization: Bearer {RuntimeHost.Key}",
                .. arguments,
            ],
            cancellationToken
        );

    private string Url(string page) => new Uri(server, $"/v1/integrations/{integration}/storage/{page}").AbsoluteUri;
}
