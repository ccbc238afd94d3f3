using System.Diagnostics;

namespace Yyc3.Connectors.Architecture.Tests;

/// <summary>The contracts by buf's rules: style, layout, and no break of what was released.</summary>
public sealed class ProtoTests
{
    private const string ReleasedImage = "tests/Architecture.Tests/released.binpb";

    [Fact]
    public Task Protos_pass_lint() => BufAsync("lint");

    [Fact]
    public Task Protos_are_formatted() => BufAsync("format", "--exit-code", "--diff", "--path", "protos/yyc3");

    [Fact]
    public Task Protos_break_nothing_of_the_last_release() => BufAsync("breaking", "--against", ReleasedImage);

    private static async Task BufAsync(params string[] arguments)
    {
        var buf = Path.Combine(Repository.Root, "tests/clients/node_modules/.bin/buf");
        Assert.True(File.Exists(buf), "buf is missing: run 'npm ci' in tests/clients");
        using var process = Process.Start(
            new ProcessStartInfo(buf, arguments)
            {
                WorkingDirectory = Repository.Root,
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await output + await errors);
    }
}
