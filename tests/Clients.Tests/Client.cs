using System.ComponentModel;
using System.Diagnostics;

namespace Yyc3.Connectors.Clients.Tests;

/// <summary>A script of tests/clients, run against a host: it must end well.</summary>
internal static class Client
{
    /// <param name="host">The host to tour.</param>
    /// <param name="tool">The program that runs the script.</param>
    /// <param name="package">The Debian package that brings it.</param>
    /// <param name="script">The script.</param>
    public static async Task TourAsync(RunningHost host, string tool, string package, string script)
    {
        Assert.True(
            script.EndsWith(".sh", StringComparison.Ordinal)
                || Directory.Exists(Path.Combine(Checkout.Clients, "node_modules")),
            "The clients are not installed: run 'npm ci --ignore-scripts' in tests/clients"
        );
        var start = new ProcessStartInfo(tool)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Checkout.Clients,
        };
        start.ArgumentList.Add(script);
        start.ArgumentList.Add(host.HttpUrl);
        start.ArgumentList.Add(host.GrpcUrl);
        start.ArgumentList.Add(RunningHost.ApiKey);
        start.ArgumentList.Add(host.Tree);
        using var process = Start(start, package);
        var token = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(token);
        var errors = process.StandardError.ReadToEndAsync(token);
        try
        {
            await process.WaitForExitAsync(token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        Assert.True(
            process.ExitCode == 0,
            $"{script} ended with {process.ExitCode}\n{await output}\n{await errors}\nThe host's log:\n{host.Log}"
        );
    }

    private static Process Start(ProcessStartInfo start, string package)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception fault)
        {
            throw new InvalidOperationException($"{start.FileName} is not installed: apt-get install {package}", fault);
        }
    }
}
