using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Yyc3.Connectors.Rpc.Services.Health;
using Yyc3.Connectors.Runtime.Plugins;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Yyc3.Connectors.Runtime.Hosting;

/// <summary>What a person needs once the runtime listens, and no more.</summary>
internal sealed class StartBanner(
    IHostApplicationLifetime lifetime,
    IServer server,
    RuntimeSettings settings,
    PluginRegistry plugins,
    FirstKey firstKey,
    HealthState health,
    TextWriter? output = null
) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(OnStarted);
        lifetime.ApplicationStopping.Register(() => Report(isServing: false));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Report(bool isServing)
    {
        var status = isServing ? ServingStatus.Serving : ServingStatus.NotServing;
        health.Set("", status);
        foreach (var service in RuntimeServices.Descriptors)
        {
            health.Set(service.FullName, status);
        }
    }

    private void OnStarted()
    {
        Report(isServing: true);
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses.ToList() ?? [];
        var http = addresses.ElementAtOrDefault(0) ?? "";
        var usable = plugins.Versions.Where(version => version.IsUsable).ToList();
        var others = plugins.Versions.Length - usable.Count;
        var key = firstKey.Value ?? "$YYC3_APIKEY";
        var lines = new List<string>
        {
            $"Yyc3.Connectors {CommandLine.Version}",
            $"  REST and gRPC-Web  {http}",
            $"  gRPC               {addresses.ElementAtOrDefault(1)}",
        };
        if (settings.TlsPort is not null)
        {
            lines.Add($"  TLS                {addresses.ElementAtOrDefault(2)}");
        }

        lines.Add($"  Data               {settings.DataDirectory}");
        if (settings.Store is not null)
        {
            var store = new NpgsqlConnectionStringBuilder(settings.Store);
            lines.Add($"  Store              PostgreSQL, {store.Host}:{store.Port}/{store.Database ?? store.Username}");
        }

        lines.Add(
            $"  Connectors         {string.Join(", ", usable.Select(version => version.Id).Distinct(StringComparer.Ordinal))}"
                + (others > 0 ? $" ({others} not usable, see {http}/health/ready)" : "")
        );
        if (firstKey.Value is not null)
        {
            lines.Add($"  API key            {key}");
            lines.Add("                     shown this once; keep it");
        }

        lines.Add($"  Try it             curl -H 'Authorization: Bearer {key}' {http}/v1/connectors");
        (output ?? Terminal()).WriteLine(string.Join('\n', lines));
        firstKey.Value = null;
    }

#pragma warning disable RS0030 // the banner is for the person at the terminal, not for the log
    private static TextWriter Terminal() => Console.Out;
#pragma warning restore RS0030
}
