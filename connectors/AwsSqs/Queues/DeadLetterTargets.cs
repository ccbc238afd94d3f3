using System.Text.Json;
using Yyc3.Connectors.AwsSqs.Client;
using Yyc3.Connectors.AwsSqs.Faults;

namespace Yyc3.Connectors.AwsSqs.Queues;

/// <summary>
/// Finds where a queue's dead letters go: to the target of its redrive policy, else to the queue named after it. A dead letter
/// queue without a policy has none, and what is given up there is dropped.
/// </summary>
internal sealed class DeadLetterTargets(SqsClient client, QueueDirectory queues, QueueMaker finder)
{
    public async ValueTask<DeadLetterTarget> FindAsync(SqsQueue queue, CancellationToken cancellationToken)
    {
        if (queue.DeadLetters is { } known)
        {
            return known;
        }

        var policy = await client.GetAttributeAsync(queue.Url, "RedrivePolicy", cancellationToken);
        var target = new DeadLetterTarget(
            TargetOf(policy) is { } named ? await UrlOfAsync(named, cancellationToken)
            : queue.Topic.IsDeadLetters ? null
            : (await queues.FindOrMakeAsync(queue.Topic.DeadLetters, cancellationToken)).Url
        );
        queue.DeadLetters = target;
        return target;
    }

    private async Task<string> UrlOfAsync(string resource, CancellationToken cancellationToken) =>
        // arn:aws:sqs:<region>:<account>:<name>
        resource.Split(':')
            is [_, _, _, _, var account, var name]
            ? await finder.FindUrlAsync(name, account, cancellationToken) ?? throw AwsSqsErrors.NotFound()
            : throw AwsSqsErrors.Of(new FormatException("A resource name with other parts."));

    private static string? TargetOf(string? policy)
    {
        if (string.IsNullOrEmpty(policy))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(policy);
            return SqsAnswer.Find(document.RootElement, "deadLetterTargetArn")?.GetString();
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw AwsSqsErrors.Of(fault);
        }
    }
}
