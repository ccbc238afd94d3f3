using System.Text.Json;

namespace Yyc3.Connectors.Sdk.Actions;

/// <summary>Capability <c>actions</c>: everything that no typed capability covers, declared in the manifest. Thread-safe.</summary>
public interface IActions
{
    /// <summary>Performs one action.</summary>
    /// <param name="action">Name of an action that the manifest declares.</param>
    /// <param name="input">Input, already checked against the action's schema, defaults filled in.</param>
    /// <param name="cancellationToken">Ends the call; what was done at the provider stays done.</param>
    /// <returns>Output that fits the action's output schema. It must not depend on a disposed document: clone it.</returns>
    ValueTask<JsonElement> InvokeAsync(string action, JsonElement input, CancellationToken cancellationToken);
}
