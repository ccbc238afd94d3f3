using Google.Protobuf.WellKnownTypes;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Idempotency;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.Idempotency;

/// <summary>The same key does the same thing once.</summary>
public sealed class IdempotencyTests : IAsyncLifetime
{
    private StateBox _box = null!;
    private IdempotencyInterceptor _interceptor = null!;
    private int _calls;

    public async ValueTask InitializeAsync()
    {
        _box = await StateBox.CreateAsync();
        _interceptor = new IdempotencyInterceptor(new IdempotencyStore(_box.Store, _box.Clock));
    }

    public ValueTask DisposeAsync()
    {
        _box.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Repeat_gets_the_first_result_and_does_nothing()
    {
        var first = await CallAsync(Request("a"));
        var second = await CallAsync(Request("a"));
        Assert.Equal((first, 1), (second, _calls));
        Assert.Equal("1", first.Output.StringValue);
    }

    [Fact]
    public async Task Repeat_works_in_another_process()
    {
        await CallAsync(Request("a"));
        _interceptor = new IdempotencyInterceptor(new IdempotencyStore(_box.Store, _box.Clock));
        Assert.Equal("1", (await CallAsync(Request("a"))).Output.StringValue);
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task Request_without_a_key_is_not_remembered()
    {
        await CallAsync(Request(""));
        await CallAsync(Request(""));
        Assert.Equal((2, 0L), (_calls, await _box.CountAsync("idempotency_keys")));
    }

    [Fact]
    public async Task Other_parameters_are_refused()
    {
        await CallAsync(Request("a"));
        var fault = await Assert.ThrowsAsync<FaultException>(() => CallAsync(Request("a", ("x", 2))));
        Assert.Equal((Fault.IdempotencyConflict, "idempotencyKey"), (fault.Definition, fault.Field));
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task Another_method_is_refused()
    {
        await CallAsync(Request("a"));
        var fault = await Assert.ThrowsAsync<FaultException>(() => CallAsync(Request("a"), method: "/other/Method"));
        Assert.Equal(Fault.IdempotencyConflict, fault.Definition);
    }

    [Fact]
    public async Task Order_of_members_is_no_parameter()
    {
        await CallAsync(Request("a", ("x", 1), ("y", 2), ("z", 3)));
        await CallAsync(Request("a", ("z", 3), ("y", 2), ("x", 1)));
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task Keys_are_a_tenants_own()
    {
        await CallAsync(Request("a"));
        await CallAsync(Request("a", ("x", 2)), tenantId: "acme");
        Assert.Equal(2, _calls);
    }

    [Fact]
    public async Task Repeat_of_a_call_that_still_runs_is_refused_as_retryable()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = CallAsync(Request("a"), gate.Task);
        await Eventually.HoldsAsync(() => Volatile.Read(ref _calls) == 1);
        var fault = await Assert.ThrowsAsync<FaultException>(() => CallAsync(Request("a")));
        Assert.Equal((Fault.IdempotencyRunning, (bool?)true), (fault.Definition, fault.Retryable));

        gate.SetResult();
        await running;
        Assert.Equal("1", (await CallAsync(Request("a"))).Output.StringValue);
    }

    [Fact]
    public async Task Many_calls_with_one_key_at_once_do_it_once()
    {
        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 16)
                .Select(_ => Task.Run(async () => await Record.ExceptionAsync(() => CallAsync(Request("a")))))
        );
        Assert.Equal(1, _calls);
        Assert.All(
            outcomes.OfType<FaultException>(),
            fault => Assert.Equal(Fault.IdempotencyRunning, fault.Definition)
        );
        Assert.Contains(null, outcomes);
    }

    [Fact]
    public async Task Failure_frees_the_key()
    {
        var failing = Task.FromException(new FaultException(Fault.CircuitOpen));
        await Assert.ThrowsAsync<FaultException>(() => CallAsync(Request("a"), failing));
        await CallAsync(Request("a", ("x", 2)));
        Assert.Equal(2, _calls);
    }

    [Fact]
    public async Task Result_is_kept_for_24_hours()
    {
        await CallAsync(Request("a"));
        _box.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        await CallAsync(Request("a"));
        Assert.Equal(1, _calls);

        _box.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await CallAsync(Request("a", ("x", 2)));
        Assert.Equal(2, _calls);
    }

    [Fact]
    public async Task Key_of_a_call_whose_process_died_is_free_after_ten_minutes()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var dead = CallAsync(Request("a"), gate.Task);
        await Eventually.HoldsAsync(() => Volatile.Read(ref _calls) == 1);
        _box.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("2", (await CallAsync(Request("a"))).Output.StringValue);

        // It was not dead after all: its result must not replace the one already given.
        gate.SetResult();
        await dead;
        Assert.Equal("2", (await CallAsync(Request("a"))).Output.StringValue);
    }

    [Fact]
    public async Task Result_is_kept_though_the_caller_went_away()
    {
        using var cancellation = new CancellationTokenSource();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var call = CallAsync(Request("a"), gate.Task, token: cancellation.Token);
        await Eventually.HoldsAsync(() => Volatile.Read(ref _calls) == 1);
        await cancellation.CancelAsync();
        gate.SetResult();
        await call;
        await CallAsync(Request("a"));
        Assert.Equal(1, _calls);
    }

    private static InvokeActionRequest Request(string key, params (string Name, double Value)[] input)
    {
        var request = new InvokeActionRequest
        {
            IntegrationId = "int-1",
            Action = "echo",
            Input = new Struct(),
            IdempotencyKey = key,
        };
        foreach (var (name, value) in input)
        {
            request.Input.Fields[name] = Value.ForNumber(value);
        }

        return request;
    }

    private Task<InvokeActionResponse> CallAsync(
        InvokeActionRequest request,
        Task? until = null,
        string method = "/test/Invoke",
        string tenantId = "default",
        CancellationToken token = default
    ) =>
        _interceptor.UnaryServerHandler<InvokeActionRequest, InvokeActionResponse>(
            request,
            new FakeCall(method, tenantId, token),
            async (_, _) =>
            {
                var number = Interlocked.Increment(ref _calls);
                await (until ?? Task.CompletedTask);
                return new InvokeActionResponse
                {
                    Output = Value.ForString(number.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                };
            }
        );
}
