using Grpc.AspNetCore.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Quartz;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Rpc.Calls.Validation;
using Yyc3.Connectors.Rpc.Rest;
using Yyc3.Connectors.Rpc.Rest.OpenApi;
using Yyc3.Connectors.Rpc.Services;
using Yyc3.Connectors.Runtime.Access;
using Yyc3.Connectors.Runtime.Credentials;
using Yyc3.Connectors.Runtime.Database;
using Yyc3.Connectors.Runtime.Delivery;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Idempotency;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Runtime.Messaging;
using Yyc3.Connectors.Runtime.Outbound;
using Yyc3.Connectors.Runtime.Plugins;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Storage;
using Yyc3.Connectors.Runtime.Sync;
using Yyc3.Connectors.Runtime.Sync.Runs;
using Yyc3.Connectors.Runtime.Sync.Schedules;
using Yyc3.Connectors.Runtime.Sync.Service;
using Yyc3.Connectors.Runtime.Telemetry;

namespace Yyc3.Connectors.Runtime.Hosting;

/// <summary>The connector runtime in two calls: what it needs, and what it serves.</summary>
public static class ConnectorRuntimeExtensions
{
    private const string CorsPolicy = "runtime";

    /// <summary>Calls under way may end within this time after the host has stopped listening.</summary>
    private static readonly TimeSpan LastCalls = TimeSpan.FromSeconds(30);

    /// <summary>Registers the runtime; reads its settings from the builder's configuration.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="RuntimeSettingsException">A setting cannot be used.</exception>
    public static WebApplicationBuilder AddConnectorRuntime(this WebApplicationBuilder builder)
    {
        var settings = RuntimeSettings.Read(builder.Configuration);
        builder.WebHost.ConfigureKestrel(kestrel => RuntimeListeners.Configure(kestrel, settings));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.Drain + LastCalls);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(TimeProvider.System);
        builder
            .Services.AddRuntimeTelemetry()
            .AddState(settings)
            .AddCredentials()
            .AddAccess()
            .AddPlugins(settings)
            .AddIntegrations(settings)
            .AddTransports(settings)
            .AddSingleton<StorageService>()
            .AddSingleton<DatabaseService>()
            .AddSingleton<MessagingService>()
            .AddSync(settings)
            .AddSingleton<HealthPages>()
            .AddSingleton<FirstKey>()
            .AddHostedService<RuntimeStartup>()
            .AddHostedService<PluginWatcher>()
            .AddHostedService(provider => provider.GetRequiredService<StateChanges>())
            .AddHostedService(provider => provider.GetRequiredService<StatisticsStore>())
            .AddHostedService(provider => provider.GetRequiredService<WorkRunner>())
            .AddHostedService(provider => provider.GetRequiredService<ClockWatch>())
            .AddQuartzHostedService(SyncScheduler.Name, quartz => quartz.WaitForJobsToComplete = true)
            .AddHostedService<StartBanner>()
            .AddSingleton<Draining>()
            .AddHostedService(provider => provider.GetRequiredService<Draining>());
        return builder;
    }

    /// <summary>Puts the runtime's middleware and endpoints in place.</summary>
    /// <param name="app">The application.</param>
    /// <returns>The application.</returns>
    public static WebApplication MapConnectorRuntime(this WebApplication app)
    {
        app.Services.GetRequiredService<ErrorCatalog>().Register(Fault.All);
        app.Services.GetService<MeterProvider>();
        app.Services.GetService<TracerProvider>();
        app.UseRestErrors();
        app.UseRouting();
        // Only browsers send an origin; for everybody else the middleware would open a service scope for nothing.
        app.UseWhen(http => http.Request.Headers.Origin.Count > 0, browsers => browsers.UseCors(CorsPolicy));
        app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
        app.UseMiddleware<AccessMiddleware>();
        RuntimeServices.Map(app);
        app.Services.GetRequiredService<HealthPages>().Map(app);
        app.MapOpenApiDocument();
        return app;
    }

    private static IServiceCollection AddState(this IServiceCollection services, RuntimeSettings settings) =>
        services
            .AddSingleton(
                new StateOptions
                {
                    DataDirectory = settings.DataDirectory,
                    ConnectionString = settings.Store,
                    KeyFile = settings.KeyFile,
                    Lease = settings.Lease,
                }
            )
            .AddSingleton<StateDialect>(provider =>
                provider.GetRequiredService<StateOptions>() is { ConnectionString: { } connectionString }
                    ? new PostgreSqlDialect(connectionString, provider.GetRequiredService<StateOptions>().Lease)
                    : new SqliteDialect(provider.GetRequiredService<StateOptions>())
            )
            .AddSingleton<StateStore>()
            .AddSingleton<DataDirectoryLock>()
            .AddSingleton<StateGate>()
            .AddSingleton<StateChanges>()
            .AddSingleton<MigrationRunner>();

    private static IServiceCollection AddCredentials(this IServiceCollection services) =>
        services
            .AddSingleton<KeyEncryptionKey, FileKeyEncryptionKey>()
            .AddSingleton<KeyCheck>()
            .AddSingleton<DataKeyStore>()
            .AddSingleton<CredentialSealer>()
            .AddSingleton<CredentialStore>();

    private static IServiceCollection AddAccess(this IServiceCollection services) =>
        services
            .AddSingleton<ApiKeyStore>()
            .AddSingleton<KeyRing>()
            .AddSingleton<TenantStore>()
            .AddSingleton<BootstrapKey>()
            .AddSingleton<AccessService>();

    private static IServiceCollection AddPlugins(this IServiceCollection services, RuntimeSettings settings) =>
        services
            .AddSingleton(
                new PluginOptions
                {
                    Directories = [Path.Combine(AppContext.BaseDirectory, "plugins"), settings.PluginsDirectory],
                }
            )
            .AddSingleton<PluginScanner>()
            .AddSingleton<PluginRegistry>();

    private static IServiceCollection AddIntegrations(this IServiceCollection services, RuntimeSettings settings) =>
        services
            .AddSingleton(provider => new ConnectorSurroundings(
                provider.GetRequiredService<OutboundGate>(),
                provider.GetRequiredService<ILoggerFactory>(),
                provider.GetRequiredService<TimeProvider>(),
                settings.LocalRoots,
                [settings.PluginsDirectory]
            ))
            .AddSingleton(settings.Outbound)
            .AddSingleton<OutboundGate>()
            .AddSingleton<IntegrationStore>()
            .AddSingleton<IntegrationSetup>()
            .AddSingleton<ConnectorPool>()
            .AddSingleton<CallPolicies>()
            .AddSingleton<StatisticsStore>()
            .AddSingleton<ConnectorCalls>()
            .AddSingleton<IntegrationCheck>()
            .AddSingleton<ActionCalls>()
            .AddSingleton<IntegrationService>()
            .AddSingleton<ConnectorService>()
            .AddSingleton<IdempotencyStore>();

    private static IServiceCollection AddSync(this IServiceCollection services, RuntimeSettings settings) =>
        services
            .AddSchedules(settings, TimeProvider.System)
            .AddSingleton<StateClock>()
            .AddSingleton<WorkNode>()
            .AddSingleton<WorkQueue>()
            .AddSingleton<WorkMeasures>()
            .AddSingleton<RunStore>()
            .AddSingleton<RunHistory>()
            .AddSingleton<SyncStarter>()
            .AddSingleton<SyncSides>()
            .AddSingleton<SyncRunner>()
            .AddSingleton<SyncCheck>()
            .AddSingleton<ScheduleCalls>()
            .AddSingleton<StateCalls>()
            .AddSingleton<ConflictCalls>()
            .AddSingleton<PreviewCalls>()
            .AddSingleton<SyncService>()
            .AddSingleton(provider =>
                ActivatorUtilities.CreateInstance<WorkRunner>(
                    provider,
                    SyncRunner.Rules with
                    {
                        Lease = settings.Lease,
                    },
                    (Func<WorkItem, CancellationToken, Task<WorkOutcome>>)
                        provider.GetRequiredService<SyncRunner>().RunAsync
                )
            );

    private static IServiceCollection AddTransports(this IServiceCollection services, RuntimeSettings settings)
    {
        services.AddSingleton<ConnectorFaults>();
        services.AddSingleton<FaultInterceptor>();
        services.AddSingleton<RequestValidator>();
        services.AddSingleton<IdempotencyInterceptor>();
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = settings.MaxMessageSize;
            grpc.Interceptors.Add<FaultInterceptor>();
            grpc.Interceptors.Add<RequestValidator>();
            grpc.Interceptors.Add<IdempotencyInterceptor>();
        });
        services.AddRest(rest =>
        {
            rest.Calls.MaxReceiveMessageSize = settings.MaxMessageSize;
            rest.SpoolDirectory = Path.Combine(settings.DataDirectory, ".runtime", "spool");
            rest.Calls.Interceptors.Add<FaultInterceptor>();
            rest.Calls.Interceptors.Add<RequestValidator>();
            rest.Calls.Interceptors.Add<IdempotencyInterceptor>();
        });
        services.Configure<OpenApiOptions>(document =>
            document.Comments.TryAdd(typeof(Contracts.Integration.V1.IntegrationService).Assembly, "protos.binpb")
        );
        services.AddRpcReflection(RuntimeServices.Descriptors);
        services.AddRpcHealth();
        return services.AddCors(cors =>
            cors.AddPolicy(
                CorsPolicy,
                policy =>
                    policy
                        .WithOrigins([.. settings.CorsOrigins])
                        .AllowAnyHeader()
                        .AllowAnyMethod()
                        .WithExposedHeaders(
                            "grpc-status",
                            "grpc-message",
                            "grpc-status-details-bin",
                            "x-request-id",
                            "etag",
                            "content-range"
                        )
            )
        );
    }
}
