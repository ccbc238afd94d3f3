using System.Collections.Concurrent;
using System.Net;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Storage.Tests.AwsS3;

/// <summary>Keeps what goes over the wire, on its way to the real network or to a made-up store.</summary>
internal sealed class RecordingNetwork : OutboundNetwork
{
    private readonly ConcurrentQueue<SentRequest> _sent = new();
    private readonly Func<HttpRequestMessage, HttpResponseMessage?> _answer;
    private OutboundNetwork? _network;

    /// <summary>Records.</summary>
    /// <param name="answer">Answers in place of the network; null lets the request pass.</param>
    public RecordingNetwork(Func<HttpRequestMessage, HttpResponseMessage?>? answer = null) =>
        _answer = answer ?? (static _ => null);

    /// <summary>Reads what is sent before it is answered, as a store does.</summary>
    public bool ReadsContent { get; init; }

    /// <summary>What was sent so far.</summary>
    public IReadOnlyList<SentRequest> Sent => [.. _sent];

    /// <summary>Puts itself before a context's network.</summary>
    public ConnectorContext Watch(ConnectorContext context)
    {
        _network = context.Network;
        return new ConnectorContext
        {
            IntegrationId = context.IntegrationId,
            TenantId = context.TenantId,
            Settings = context.Settings,
            Credentials = context.Credentials,
            Paths = context.Paths,
            Keys = context.Keys,
            Http = context.Http,
            Network = this,
            Logger = context.Logger,
            Time = context.Time,
        };
    }

    public override ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(
        string host,
        CancellationToken cancellationToken
    ) => _network!.ResolveAsync(host, cancellationToken);

    public override HttpMessageHandler CreateHttpHandler(CertificateTrust trust) =>
        new Recorder(this, _network!.CreateHttpHandler(trust));

    private sealed class Recorder(RecordingNetwork network, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            network._sent.Enqueue(SentRequest.Of(request));
            if (network.ReadsContent && request.Content is { } content)
            {
                await content.LoadIntoBufferAsync(cancellationToken);
            }

            return network._answer(request) is { } answer ? answer : await base.SendAsync(request, cancellationToken);
        }
    }
}
