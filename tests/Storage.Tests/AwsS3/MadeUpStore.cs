using System.Net;
using System.Text;
using Yyc3.Connectors.AwsS3;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Storage.Tests.AwsS3;

/// <summary>A connector to Amazon as it is without an endpoint, whose requests never leave this process.</summary>
internal sealed class MadeUpStore : IDisposable
{
    private readonly ConnectorHarness _harness = new();

    public MadeUpStore(Func<HttpRequestMessage, HttpResponseMessage> answer, object? settings = null)
    {
        Network = new RecordingNetwork(answer) { ReadsContent = true };
        Connector = new AwsS3Connector(
            Network.Watch(
                _harness.Context(
                    settings ?? new { region = "eu-central-1", bucket = "my-bucket" },
                    CephStore.Credentials()
                )
            )
        );
    }

    public RecordingNetwork Network { get; }

    public AwsS3Connector Connector { get; }

    /// <summary>An answer with headers and maybe a body.</summary>
    public static HttpResponseMessage Answer(
        HttpStatusCode status = HttpStatusCode.OK,
        string body = "",
        params (string Name, string Value)[] headers
    )
    {
        var answer = new HttpResponseMessage(status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        foreach (var (name, value) in headers)
        {
            if (!answer.Headers.TryAddWithoutValidation(name, value))
            {
                answer.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return answer;
    }

    /// <summary>An answer as S3 refuses.</summary>
    public static HttpResponseMessage Refusal(
        HttpStatusCode status,
        string code,
        params (string Name, string Value)[] headers
    ) =>
        Answer(
            status,
            $"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>secret text of the store</Message></Error>",
            headers
        );

    public void Dispose()
    {
        Connector.Dispose();
        _harness.Dispose();
    }
}
