using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Delivery;

/// <summary>
/// Names this process as an owner of work: by its data directory, so that after a crash it takes back at once what it held, and
/// by its start.
/// </summary>
internal sealed class WorkNode
{
    public WorkNode(StateOptions options)
    {
        PrivateFolder.Create(options.RuntimeDirectory);
        var path = Path.Combine(options.RuntimeDirectory, "node.id");
        if (!File.Exists(path))
        {
            var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
            File.WriteAllText(temporary, Ids.New("node-"));
            File.Move(temporary, path, overwrite: true);
        }

        Directory = File.ReadAllText(path).Trim();
        Owner = $"{Directory}/{Guid.NewGuid():N}";
    }

    /// <summary>Owners of the same data directory, this process and the dead ones before it, begin with this.</summary>
    public string Directory { get; }

    public string Owner { get; }
}
