using Polly;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Runtime.Tests.Integrations;

/// <summary>Makes calls by a policy and counts the attempts that reach the provider.</summary>
internal sealed class PolicyProbe
{
    private int _attempts;

    public FakeClock Clock { get; } = new();

    public int Attempts => Volatile.Read(ref _attempts);

    public Task FailAsync(CallPolicy policy, ErrorKind kind = ErrorKind.Unavailable) =>
        RunAsync(policy, mayRepeat: false, _ => throw Failure(kind));

    public Task RunAsync(
        IntegrationOptions options,
        bool mayRepeat,
        Func<CancellationToken, ValueTask<int>> call,
        TimeSpan? attemptTime = null,
        CancellationToken token = default
    ) => RunAsync(new CallPolicy(options, Clock), mayRepeat, call, attemptTime, token);

    public async Task RunAsync(
        CallPolicy policy,
        bool mayRepeat,
        Func<CancellationToken, ValueTask<int>> call,
        TimeSpan? attemptTime = null,
        CancellationToken token = default
    )
    {
        var context = ResilienceContextPool.Shared.Get(token);
        context.Properties.Set(CallPolicy.MayRepeat, mayRepeat);
        if (attemptTime is { } attempt)
        {
            context.Properties.Set(CallPolicy.AttemptTime, attempt);
        }

        await policy.Pipeline.ExecuteAsync(
            inside =>
            {
                Interlocked.Increment(ref _attempts);
                return call(inside.CancellationToken);
            },
            context
        );
    }

    public static ConnectorException Failure(ErrorKind kind, TimeSpan? after = null) =>
        new(kind, "SOME_CODE", "on purpose", after);
}
