using System.Diagnostics;

namespace Yyc3.Connectors.Benchmarks.Processes;

/// <summary>A program that is run to its end.</summary>
internal static class Command
{
    /// <summary>Its standard output.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it said.</exception>
    public static async Task<string> RunAsync(
        string program,
        IEnumerable<string> arguments,
        CancellationToken cancellationToken
    )
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await errors}{output}");
    }

    /// <summary>How long it took.</summary>
    public static async Task<double> TimeAsync(
        string program,
        IEnumerable<string> arguments,
        CancellationToken cancellationToken
    )
    {
        var begun = TimeProvider.System.GetTimestamp();
        await RunAsync(program, arguments, cancellationToken);
        return TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
    }
}
