using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>Asks connectors how their providers are, and sums it up.</summary>
internal sealed class IntegrationCheck(
    ConnectorCalls calls,
    IntegrationStore integrations,
    StatisticsStore statistics,
    TimeProvider time
)
{
    private const int DefaultTimeout = 30_000;

    /// <summary>Error rates from here on are told as degraded.</summary>
    private const double ManyErrors = 0.05;

    private static readonly TimeSpan StatusTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, Checked> _last = new(StringComparer.Ordinal);

    public async Task<TestIntegrationResponse> TestAsync(TestIntegrationRequest request, ServerCallContext context)
    {
        if (request.Operation is not ("" or "connect"))
        {
            throw Fault.Invalid("operation", "must be connect");
        }

        var timeout = TimeSpan.FromMilliseconds(
            request.Params is { HasTimeout: true } given ? given.Timeout : DefaultTimeout
        );
        var integration = await calls.FindAsync(context, request.IntegrationId);
        var begun = time.GetTimestamp();
        var report = await CheckAsync(integration, timeout, context.CancellationToken);
        if (!report.IsHealthy)
        {
            throw new FaultException(Fault.ConnectionFailed)
            {
                Reason = report.Reason,
                Retryable = report.Retryable,
                Details = report.Code is null
                    ? null
                    : new Dictionary<string, string>(StringComparer.Ordinal) { ["cause"] = report.Code },
            };
        }

        return new TestIntegrationResponse
        {
            TestId = Ids.New("test-"),
            Status = "success",
            Message = ErrorLanguages.Of(context) == ErrorLanguage.Chinese ? "连接成功" : "The connection works.",
            Latency = (long)Math.Ceiling(time.GetElapsedTime(begun).TotalMilliseconds),
            TestedAt = time.GetUtcNow().ToTimestamp(),
        };
    }

    public async Task<GetIntegrationStatusResponse> StatusAsync(
        GetIntegrationStatusRequest request,
        ServerCallContext context
    )
    {
        var integration = await calls.FindAsync(context, request.IntegrationId);
        if (
            !_last.TryGetValue(integration.Id, out var last)
            || last.Revision != integration.Revision
            || time.GetElapsedTime(last.Timestamp) > Freshness
        )
        {
            var report = await CheckAsync(integration, StatusTimeout, context.CancellationToken);
            last = new Checked(report, integration.Revision, time.GetTimestamp(), time.GetUtcNow());
            _last[integration.Id] = last;
            ForgetDeleted();
        }

        return Describe(integration, last, await statistics.ForAllNodesAsync(integration.Id));
    }

    private static GetIntegrationStatusResponse Describe(
        Integration integration,
        Checked last,
        CallStatistics statistics
    )
    {
        var measures = statistics.Measure();
        var checks = new HealthChecks
        {
            Connection = ToProto(last.Report.Connection),
            Authentication = ToProto(last.Report.Authentication),
            Performance = measures.ErrorRate > ManyErrors ? Health.Degraded : Health.Healthy,
        };
        return new GetIntegrationStatusResponse
        {
            IntegrationId = integration.Id,
            Status = (Health)
                Math.Max((int)checks.Connection, Math.Max((int)checks.Authentication, (int)checks.Performance)),
            HealthChecks = checks,
            Metrics = new HealthMetrics
            {
                Uptime = Math.Round(measures.Uptime, 2),
                AvgResponseTime = Math.Round(measures.AverageMilliseconds, 1),
                ErrorRate = Math.Round(measures.ErrorRate, 4),
                LastErrorAt = statistics.LastErrorAt?.ToTimestamp(),
            },
            CheckedAt = last.At.ToTimestamp(),
        };
    }

    private static Health ToProto(HealthState state) =>
        state switch
        {
            HealthState.Healthy => Health.Healthy,
            HealthState.Degraded => Health.Degraded,
            HealthState.Unhealthy => Health.Unhealthy,
            _ => Health.Unspecified,
        };

    /// <summary>Every outcome becomes a report: a plugin that fails to open is unreachable too.</summary>
    private async Task<HealthReport> CheckAsync(
        Integration integration,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        using var limit = new CancellationTokenSource();
        // What the connector has registered runs apart, and may throw there: on a timer's thread that would end the whole process.
        await using var timer = time.CreateTimer(
            static limit => _ = ((CancellationTokenSource)limit!).CancelAsync(),
            limit,
            timeout,
            Timeout.InfiniteTimeSpan
        );
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        HealthReport report;
        try
        {
            var session = await calls.EnterAsync<IConnector>(integration, "check", both.Token);
            // A connector that ignores its token must not make the caller wait; it is left when it has ended.
            report = await AskAsync(session, both.Token).WaitAsync(both.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            report = HealthReport.Unreachable("TIMEOUT", "The provider did not answer in time.");
        }
        catch (ConnectorException fault)
        {
            report = fault.Kind is ErrorKind.Unauthenticated or ErrorKind.PermissionDenied
                ? HealthReport.Refused(fault.Message)
                : HealthReport.Unreachable(fault.Code, fault.Message, ConnectorFaults.IsRetryable(fault.Kind));
        }
        catch (FaultException fault) when (fault.Definition == Fault.ConnectorUnavailable)
        {
            report = HealthReport.Unreachable(fault.Definition.Code, fault.Reason ?? fault.Message);
        }
        catch (FaultException fault) when (fault.Definition == Fault.ConnectorFailed)
        {
            report = HealthReport.Unreachable(fault.Definition.Code, fault.Message, retryable: false);
        }

        (await statistics.ForAsync(integration.Id)).RecordCheck(report.Connection == HealthState.Healthy);
        return report;
    }

    private static async Task<HealthReport> AskAsync(
        ConnectorSession<IConnector> session,
        CancellationToken cancellationToken
    )
    {
        using (session)
        {
            try
            {
                return await session.Capability.CheckAsync(cancellationToken);
            }
            catch (Exception exception) when (session.Translate(exception) is { } fault)
            {
                throw fault;
            }
        }
    }

    private void ForgetDeleted()
    {
        foreach (var id in _last.Keys.Where(id => !integrations.IsKnown(id)))
        {
            _last.TryRemove(id, out _);
        }
    }

    private sealed record Checked(HealthReport Report, long Revision, long Timestamp, DateTimeOffset At);
}
