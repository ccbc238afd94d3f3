using System.Globalization;
using System.Text.RegularExpressions;

namespace Yyc3.Connectors.Benchmarks.Processes;

/// <summary>Load from outside by nghttp2's h2load: as many calls as the server answers.</summary>
/// <param name="Url">Where to.</param>
/// <param name="BodyFile">File with the body of each request.</param>
/// <param name="Connections">Connections.</param>
/// <param name="Streams">Calls at a time on each.</param>
internal sealed partial record H2Load(Uri Url, string BodyFile, int Connections, int Streams)
{
    private const double RoundSeconds = 1.5;

    private int _calls;

    /// <summary>Header lines of each request.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>HTTP/1.1 instead of HTTP/2.</summary>
    public bool IsHttp1 { get; init; }

    /// <summary>Calls per second over one round. The first is longer, and finds how many calls the others make.</summary>
    /// <exception cref="InvalidOperationException">A call failed.</exception>
    public async Task<double> RunAsync(CancellationToken cancellationToken)
    {
        if (_calls > 0)
        {
            return await RunAsync(_calls, cancellationToken);
        }

        var rate = await RunAsync(["--warm-up-time=2", "--duration=2"], cancellationToken);
        _calls = (int)(rate * RoundSeconds);
        return rate;
    }

    /// <summary>Calls per second over so many calls.</summary>
    /// <exception cref="InvalidOperationException">A call failed.</exception>
    public Task<double> RunAsync(int calls, CancellationToken cancellationToken) =>
        RunAsync([string.Create(CultureInfo.InvariantCulture, $"--requests={calls}")], cancellationToken);

    private async Task<double> RunAsync(string[] length, CancellationToken cancellationToken)
    {
        var output = await Command.RunAsync("h2load", [.. length, .. Arguments()], cancellationToken);
        var requests = Requests().Match(output);
        if (!requests.Success || Number(requests, "bad") > 0 || Number(requests, "refused") > 0)
        {
            throw new InvalidOperationException($"Calls of {Url} failed: {output}");
        }

        return Number(Rate().Match(output), "rate");
    }

    private IEnumerable<string> Arguments()
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"--clients={Connections}");
        yield return string.Create(CultureInfo.InvariantCulture, $"--max-concurrent-streams={Streams}");
        yield return "--threads=1";
        yield return $"--data={BodyFile}";
        foreach (var header in Headers)
        {
            yield return $"--header={header}";
        }

        if (IsHttp1)
        {
            yield return "--h1";
        }

        yield return Url.AbsoluteUri;
    }

    private static double Number(Match match, string group) =>
        double.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"finished in .*, (?<rate>[\d.]+) req/s", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rate();

    [GeneratedRegex(
        @"succeeded, (?<bad>\d+) failed(.|\n)*status codes: \d+ 2xx, \d+ 3xx, (?<refused>\d+) 4xx",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Requests();
}
