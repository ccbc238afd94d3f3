using System.Globalization;
using Grpc.Core;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Runtime.Tests.Faults;

/// <summary>What a connector throws reaches the caller as the SDK promises.</summary>
public sealed class ConnectorFaultsTests
{
    private readonly ErrorCatalog _catalog = new();
    private readonly ConnectorFaults _faults;

    public ConnectorFaultsTests()
    {
        _catalog.Register(Fault.All);
        _faults = new ConnectorFaults(_catalog);
    }

    /// <summary>The figures in the documentation of <see cref="ErrorKind"/>.</summary>
    public static TheoryData<ErrorKind, StatusCode, int, bool> Promises =>
        new()
        {
            { ErrorKind.Internal, StatusCode.Internal, 500, false },
            { ErrorKind.InvalidArgument, StatusCode.InvalidArgument, 400, false },
            { ErrorKind.Unauthenticated, StatusCode.FailedPrecondition, 400, false },
            { ErrorKind.PermissionDenied, StatusCode.PermissionDenied, 403, false },
            { ErrorKind.NotFound, StatusCode.NotFound, 404, false },
            { ErrorKind.AlreadyExists, StatusCode.AlreadyExists, 409, false },
            { ErrorKind.PreconditionFailed, StatusCode.FailedPrecondition, 412, false },
            { ErrorKind.OutOfRange, StatusCode.OutOfRange, 416, false },
            { ErrorKind.Throttled, StatusCode.ResourceExhausted, 429, true },
            { ErrorKind.QuotaExceeded, StatusCode.ResourceExhausted, 507, false },
            { ErrorKind.Unavailable, StatusCode.Unavailable, 503, true },
            { ErrorKind.Timeout, StatusCode.DeadlineExceeded, 504, true },
            { ErrorKind.Conflict, StatusCode.Aborted, 409, true },
            { ErrorKind.MalformedAnswer, StatusCode.Internal, 502, false },
        };

    [Theory, MemberData(nameof(Promises))]
    public void Kind_decides_status_and_retry_and_the_code_is_kept(
        ErrorKind kind,
        StatusCode status,
        int http,
        bool isRetryable
    )
    {
        var code = $"MY_{kind}".ToUpperInvariant();
        var fault = Translate(kind, code);
        Assert.Equal((code, status), (fault.Definition.Code, fault.Definition.Status));
        Assert.Equal(http, HttpStatus(fault));
        Assert.Equal(isRetryable, ConnectorFaults.IsRetryable(kind));
        Assert.Equal(isRetryable ? true : null, fault.Retryable);
    }

    [Theory, MemberData(nameof(Promises))]
    public void Code_that_is_none_is_replaced_by_its_kinds_and_keeps_the_HTTP_status(
        ErrorKind kind,
        StatusCode status,
        int http,
        bool isRetryable
    )
    {
        foreach (var code in new[] { "INVALID_ARGUMENT", "", "lower", "A\nB", new string('A', 65), "select 1" })
        {
            var fault = Translate(kind, code);
            Assert.NotEqual(code, fault.Definition.Code);
            Assert.Equal((status, http), (fault.Definition.Status, HttpStatus(fault)));
            Assert.Equal(isRetryable ? true : null, fault.Retryable);
        }
    }

    [Fact]
    public void Every_kind_is_promised_something() => Assert.Equal(Enum.GetValues<ErrorKind>().Length, Promises.Count);

    [Fact]
    public void Code_used_for_two_kinds_has_the_status_of_its_kind_each_time()
    {
        Assert.Equal(404, HttpStatus(Translate(ErrorKind.NotFound, "TOPIC_GONE")));
        var other = Translate(ErrorKind.PermissionDenied, "TOPIC_GONE");
        Assert.Equal((403, StatusCode.PermissionDenied), (HttpStatus(other), other.Definition.Status));
        Assert.Equal("TOPIC_GONE", Translate(ErrorKind.NotFound, "TOPIC_GONE").Definition.Code);
    }

    [Theory]
    [InlineData("UNAUTHENTICATED")]
    [InlineData("RATE_LIMITED")]
    [InlineData("ETAG_MISMATCH")]
    public void Connector_cannot_pass_its_failure_off_as_one_of_the_runtimes(string code)
    {
        var fault = Translate(ErrorKind.NotFound, code);
        Assert.Equal((404, StatusCode.NotFound), (HttpStatus(fault), fault.Definition.Status));
    }

    [Fact]
    public void Codes_without_end_are_not_all_learned()
    {
        var before = _catalog.All.Count();
        for (var i = 0; i < 2_000; i++)
        {
            var fault = Translate(ErrorKind.QuotaExceeded, "CODE_" + i.ToString(CultureInfo.InvariantCulture));
            Assert.Equal(507, HttpStatus(fault));
        }

        Assert.InRange(_catalog.All.Count() - before, 1, 510);
        Assert.Equal("QUOTA_EXCEEDED", Translate(ErrorKind.QuotaExceeded, "CODE_1999").Definition.Code);
        Assert.Equal("CODE_0", Translate(ErrorKind.QuotaExceeded, "CODE_0").Definition.Code);
    }

    [Fact]
    public void Field_reason_wait_and_details_are_passed_on()
    {
        var details = new Dictionary<string, string>(StringComparer.Ordinal) { ["position"] = "7" };
        var fault = _faults.Translate(
            new ConnectorException(ErrorKind.Throttled, "SLOW", "is too fast", TimeSpan.FromSeconds(9))
            {
                Field = "topic",
                Details = details,
            }
        );
        Assert.Equal(("topic", "is too fast", TimeSpan.FromSeconds(9)), (fault.Field, fault.Reason, fault.RetryAfter));
        Assert.Same(details, fault.Details);
    }

    private FaultException Translate(ErrorKind kind, string code) =>
        _faults.Translate(new ConnectorException(kind, code, "on purpose"));

    /// <summary>As REST finds it.</summary>
    private int HttpStatus(FaultException fault) =>
        (_catalog.Find(fault.Definition.Code) ?? ErrorCatalog.Default(fault.Definition.Status)).HttpStatus;
}
