using System.Net;
using Yyc3.Connectors.AwsSqs;
using Yyc3.Connectors.AwsSqs.Faults;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Messaging.Tests.AwsSqs;

public sealed class AwsSqsErrorTests(SqsFixture fixture) : SqsTests(fixture)
{
    private const string Secret = "the provider's own words";

    [Theory]
    [InlineData(400, "com.amazonaws.sqs#RequestThrottled", ErrorKind.Throttled, "THROTTLED")]
    [InlineData(400, "com.amazon.coral.availability#ThrottlingException", ErrorKind.Throttled, "THROTTLED")]
    [InlineData(400, "com.amazonaws.sqs#KmsThrottled", ErrorKind.Throttled, "THROTTLED")]
    [InlineData(403, "com.amazonaws.sqs#OverLimit", ErrorKind.Throttled, "OVER_LIMIT")]
    [InlineData(400, "com.amazon.coral.service#AccessDeniedException", ErrorKind.PermissionDenied, "PERMISSION_DENIED")]
    [InlineData(400, "com.amazonaws.sqs#KmsAccessDenied", ErrorKind.PermissionDenied, "ENCRYPTION_KEY_UNUSABLE")]
    [InlineData(
        403,
        "com.amazon.coral.service#ExpiredTokenException",
        ErrorKind.Unauthenticated,
        "INVALID_CREDENTIALS"
    )]
    [InlineData(
        403,
        "com.amazon.coral.service#UnrecognizedClientException",
        ErrorKind.Unauthenticated,
        "INVALID_CREDENTIALS"
    )]
    [InlineData(
        403,
        "com.amazon.coral.service#InvalidSignatureException",
        ErrorKind.Unauthenticated,
        "INVALID_CREDENTIALS"
    )]
    [InlineData(403, "InvalidClientTokenId", ErrorKind.Unauthenticated, "INVALID_CREDENTIALS")]
    [InlineData(400, "com.amazonaws.sqs#InvalidSecurity", ErrorKind.Unauthenticated, "INVALID_CREDENTIALS")]
    [InlineData(400, "com.amazonaws.sqs#InvalidMessageContents", ErrorKind.InvalidArgument, "INVALID_ARGUMENT")]
    [InlineData(400, "com.amazonaws.sqs#InvalidParameterValue", ErrorKind.InvalidArgument, "REFUSED_PARAMETER")]
    [InlineData(400, "com.amazonaws.sqs#UnsupportedOperation", ErrorKind.PreconditionFailed, "UNSUPPORTED_OPERATION")]
    [InlineData(400, "com.amazonaws.sqs#SomethingNew", ErrorKind.InvalidArgument, "REFUSED")]
    [InlineData(500, "com.amazon.coral.service#InternalFailure", ErrorKind.Unavailable, "SERVICE_UNAVAILABLE")]
    public async Task Code_decides_what_it_means(int status, string type, ErrorKind kind, string code)
    {
        await SendAsync(Queue, Text("makes the queue"));
        await FailAsync("SendMessage", Queue, status, new { __type = type, message = Secret });
        var fault = await RefusedAsync(Queue, Text("x"));
        Assert.Equal((kind, code), (fault.Kind, fault.Code));
        Assert.DoesNotContain(Secret, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender", "QUEUE_NOT_READY")]
    [InlineData("x-amzn-ErrorType", "RequestThrottled:http://internal.example/", "THROTTLED")]
    public async Task Code_is_found_in_headers_too(string header, string value, string code)
    {
        await SendAsync(Queue, Text("makes the queue"));
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { [header] = value };
        await FailAsync("SendMessage", Queue, 400, "", headers);
        await FailAsync("SendMessage", Queue, 400, "", headers);
        Assert.Equal(code, (await RefusedAsync(Queue, Text("x"))).Code);
    }

    [Theory]
    [InlineData(401, ErrorKind.Unauthenticated, "INVALID_CREDENTIALS")]
    [InlineData(403, ErrorKind.PermissionDenied, "FORBIDDEN")]
    [InlineData(413, ErrorKind.InvalidArgument, "INVALID_ARGUMENT")]
    [InlineData(429, ErrorKind.Throttled, "THROTTLED")]
    [InlineData(502, ErrorKind.Unavailable, "SERVICE_UNAVAILABLE")]
    [InlineData(302, ErrorKind.MalformedAnswer, "MALFORMED_ANSWER")]
    [InlineData(200, ErrorKind.MalformedAnswer, "MALFORMED_ANSWER")]
    public async Task Answer_that_is_no_json_is_judged_by_its_status(int status, ErrorKind kind, string code)
    {
        await SendAsync(Queue, Text("makes the queue"));
        await FailAsync("SendMessage", Queue, status, $"<html>{Secret}</html>");
        var fault = await RefusedAsync(Queue, Text("x"));
        Assert.Equal((kind, code), (fault.Kind, fault.Code));
        Assert.DoesNotContain(Secret, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"MessageId\":7}")]
    [InlineData("{\"Messages\":{}}")]
    [InlineData("{\"Messages\":[{\"MessageId\":\"\\ud800\"}]}")]
    public async Task Answer_of_another_shape_is_malformed_and_no_fault_of_ours(string body)
    {
        await SendAsync(Queue, Text("makes the queue"));
        await FailAsync("SendMessage", Queue, 200, body);
        Assert.Equal(ErrorKind.MalformedAnswer, (await RefusedAsync(Queue, Text("x"))).Kind);
        await FailAsync("ReceiveMessage", Queue, 200, body);
        var fault = await Record.ExceptionAsync(() => ReceiveAsync(Queue, waitSeconds: 0));
        Assert.True(fault is null or ConnectorException { Kind: ErrorKind.MalformedAnswer }, $"{fault}");
    }

    [Fact]
    public async Task Time_to_wait_is_told()
    {
        await SendAsync(Queue, Text("makes the queue"));
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Retry-After"] = "7" };
        await FailAsync("SendMessage", Queue, 503, new { }, headers);
        Assert.Equal(TimeSpan.FromSeconds(7), (await RefusedAsync(Queue, Text("x"))).RetryAfter);
    }

    [Fact]
    public async Task Key_that_may_not_list_queues_is_healthy()
    {
        await FailAsync("ListQueues", "", 403, new { __type = "com.amazonaws.sqs#AccessDenied" });
        Assert.Equal(HealthReport.Healthy, await Connector.CheckAsync(Token));
    }

    [Fact]
    public async Task Address_the_operator_forbids_is_told_as_that()
    {
        using var http = new HttpClient(new SocketsHttpHandler { ConnectCallback = Refuse });
        var context = SqsContexts.Context(Harness, "http://127.0.0.1:1");
        await using var connector = new AwsSqsConnector(
            new ConnectorContext
            {
                IntegrationId = context.IntegrationId,
                TenantId = context.TenantId,
                Settings = context.Settings,
                Credentials = context.Credentials,
                Paths = context.Paths,
                Keys = context.Keys,
                Http = http,
                Network = context.Network,
                Logger = context.Logger,
                Time = context.Time,
            }
        );
        Assert.Equal("ADDRESS_NOT_ALLOWED", (await connector.CheckAsync(Token)).Code);

        static ValueTask<Stream> Refuse(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
            throw new ConnectorException(ErrorKind.PreconditionFailed, "ADDRESS_NOT_ALLOWED", "No.");
    }

    [Fact]
    public void Fault_of_unknown_origin_is_ours() =>
        Assert.Equal(ErrorKind.Internal, AwsSqsErrors.Of(new NotSupportedException()).Kind);

    [Fact]
    public void Lost_connection_is_unavailable() =>
        Assert.Equal(
            NetworkFault.ConnectionLost,
            AwsSqsErrors.Of(new HttpRequestException(HttpRequestError.ResponseEnded)).Code
        );

    [Fact]
    public void Deleted_name_is_free_again_in_a_minute() =>
        Assert.Equal(
            TimeSpan.FromMinutes(1),
            AwsSqsErrors.Of("com.amazonaws.sqs#QueueDeletedRecently", HttpStatusCode.BadRequest).RetryAfter
        );
}
