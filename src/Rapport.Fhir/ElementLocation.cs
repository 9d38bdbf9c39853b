using System.Text;

namespace Rapport.Fhir;

/// <summary>Writes where an element stands. The tape has no parents: they are found by walking down from the root.</summary>
internal static class ElementLocation
{
    public static string Of(ReadOnlySpan<Node> nodes, int root, int target)
    {
        var at = root;
        var text = new StringBuilder(Definitions.TypeNameOf(nodes[at].Type));
        while (at != target)
        {
            var end = nodes[at].End;
            var child = at + 1;
            var position = 0;
            while (child < end && nodes[child].End <= target)
            {
                var next = nodes[child].End;
                var continues = next < end && nodes[next].Property == nodes[child].Property && (nodes[next].Flags & NodeFlags.First) == 0;
                position = continues ? position + 1 : 0;
                child = next;
            }
            if (child >= end)
            {
                break;
            }
            text.Append('.').Append(Definitions.JsonNameOf(nodes[child].Property));
            if ((nodes[child].Flags & NodeFlags.InArray) != 0)
            {
                text.Append('[').Append(position).Append(']');
            }
            at = child;
        }
        return text.ToString();
    }
}
