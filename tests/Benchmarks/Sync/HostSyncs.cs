using System.Text.Json;
using Yyc3.Connectors.Benchmarks.Core;

namespace Yyc3.Connectors.Benchmarks.Sync;

/// <summary>Syncs from one integration into another through the whole runtime by REST.</summary>
internal sealed class HostSyncs(RuntimeHost host)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    /// <summary>Most records of a page; each page is a checkpoint.</summary>
    public int BatchSize { get; init; } = 1000;

    /// <summary>Most contents that are moved at a time.</summary>
    public int Parallelism { get; init; } = 4;

    /// <summary>Pulls one resource, from the call until the run has ended.</summary>
    /// <param name="from">The integration that is read.</param>
    /// <param name="to">The integration that is written.</param>
    /// <param name="resource">What is read.</param>
    /// <param name="expected">How many records must be moved.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Seconds.</returns>
    public async Task<double> PullAsync(
        string from,
        string to,
        string resource,
        long expected,
        CancellationToken cancellationToken
    )
    {
        var request = new
        {
            direction = "pull",
            filters = new { resourceType = new[] { resource } },
            options = new
            {
                target = new { integrationId = to },
                batchSize = BatchSize,
                parallelism = Parallelism,
            },
        };
        var begun = TimeProvider.System.GetTimestamp();
        using var response = await host.Http.PostAsJsonAsync(
            $"/v1/integrations/{from}/sync",
            request,
            cancellationToken
        );
        var sync = await DataAsync(response, cancellationToken);
        var id = sync.GetProperty("syncId").GetString();
        while (sync.GetProperty("status").GetString() is "pending" or "in_progress")
        {
            await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
            using var look = await host.Http.GetAsync(
                new Uri($"/v1/integrations/{from}/sync/{id}", UriKind.Relative),
                cancellationToken
            );
            sync = await DataAsync(look, cancellationToken);
        }

        var time = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
        var pulled = sync.GetProperty("results").GetProperty("pulled").GetInt64();
        return sync.GetProperty("status").GetString() == "completed" && pulled == expected
            ? time
            : throw new InvalidOperationException($"{pulled} records came, not {expected}: {sync.GetRawText()}");
    }

    /// <summary>Deletes integrations with all that is known of their records.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken, params IEnumerable<string> integrations)
    {
        foreach (var integration in integrations)
        {
            using var response = await host.Http.DeleteAsync(
                new Uri($"/v1/integrations/{integration}", UriKind.Relative),
                cancellationToken
            );
            response.EnsureSuccessStatusCode();
        }
    }

    /// <summary>Runs a command in a database integration.</summary>
    public async Task ExecuteAsync(string integration, string command, CancellationToken cancellationToken)
    {
        using var response = await host.Http.PostAsJsonAsync(
            $"/v1/integrations/{integration}/database/execute",
            new { command },
            cancellationToken
        );
        await DataAsync(response, cancellationToken);
    }

    private static async Task<JsonElement> DataAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return response.IsSuccessStatusCode
            ? answer.GetProperty("data")
            : throw new InvalidOperationException(answer.GetRawText());
    }
}
