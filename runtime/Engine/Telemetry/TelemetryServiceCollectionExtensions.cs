using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using OpenTelemetrySdk = OpenTelemetry.Sdk;

namespace Yyc3.Connectors.Runtime.Telemetry;

/// <summary>Metrics for /metrics, and traces and metrics over OTLP when the standard variables name an endpoint.</summary>
internal static class TelemetryServiceCollectionExtensions
{
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private static readonly string[] Meters =
    [
        "Yyc3.Connectors.*",
        "Microsoft.AspNetCore.Server.Kestrel",
        "System.Runtime",
    ];
    private static readonly string[] Sources = ["Microsoft.AspNetCore", "System.Net.Http", "Yyc3.Connectors.*"];

    public static IServiceCollection AddRuntimeTelemetry(this IServiceCollection services)
    {
        var hasOtlp = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(OtlpEndpoint));
        services.AddSingleton<RuntimeMetrics>();
        services.AddSingleton<PrometheusExporter>();
        services.AddSingleton(provider =>
        {
            var builder = OpenTelemetrySdk
                .CreateMeterProviderBuilder()
                .AddMeter(Meters)
                // Counted twice in every call, and told by the active calls as well.
                .AddView("kestrel.queued_requests", MetricStreamConfiguration.Drop)
                .AddReader(new BaseExportingMetricReader(provider.GetRequiredService<PrometheusExporter>()));
            return (hasOtlp ? builder.AddOtlpExporter() : builder).Build();
        });
        if (hasOtlp)
        {
            services.AddSingleton(_ =>
                OpenTelemetrySdk.CreateTracerProviderBuilder().AddSource(Sources).AddOtlpExporter().Build()
            );
        }

        return services;
    }
}
