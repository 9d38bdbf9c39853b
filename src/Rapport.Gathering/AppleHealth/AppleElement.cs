using System.Text;
using System.Xml;

namespace Rapport.Gathering;

/// <summary>
/// One element of an export with what stands inside it, such as a workout: small, and read whole. What goes beyond its limits is not kept and counted in
/// <see cref="LeftOut"/>.
/// </summary>
internal sealed class AppleElement
{
    private const int MostText = 4_000;

    // Characters, with something for what each attribute and element takes besides.
    private const int MostKept = 8 * 1024 * 1024;
    private const int Overhead = 64;

    private readonly Dictionary<string, string> _attributes = [];
    private readonly List<AppleElement> _children = [];

    private AppleElement(string name, long line) => (Name, Line) = (name, line);

    internal string Name { get; }

    /// <summary>The line on which it begins.</summary>
    internal long Line { get; }

    internal IReadOnlyList<AppleElement> Children => _children;

    /// <summary>Elements inside that were too many to be kept.</summary>
    internal int LeftOut { get; private set; }

    /// <summary>An attribute, cleaned; null when it is not there or empty.</summary>
    internal string? this[string name] => _attributes.TryGetValue(name, out var value) && AppleText.Clean(value) is { Length: > 0 } clean ? clean : null;

    /// <summary>The value of a <c>MetadataEntry</c>; null when there is none.</summary>
    internal string? Metadata(string key) => _children.FirstOrDefault(child => child.Name == "MetadataEntry" && child["key"] == key)?["value"];

    /// <summary>Whether the person typed it in.</summary>
    internal bool WasTyped => Metadata("HKWasUserEntered") is "1" or "true";

    /// <summary>A time; null when it is not there or is none.</summary>
    internal WallTime? Time(string name) => WallTime.TryParse(this[name], out var time) ? time : null;

    /// <summary>Reads the element on which the walk stands, up to its end.</summary>
    internal static AppleElement Read(XmlWalk walk)
    {
        var most = MostKept;
        var leftOut = 0;
        var element = Read(walk, ref most, ref leftOut);
        element.LeftOut = leftOut;
        return element;
    }

    /// <summary>Passes over the element on which the walk stands, up to its end.</summary>
    internal static void Pass(XmlWalk walk)
    {
        var depth = walk.Reader.Depth;
        if (!walk.Reader.IsEmptyElement)
        {
            while (walk.Read() && walk.Reader.Depth > depth)
            {
            }
        }
    }

    /// <summary>The element as XML, for people to compare with.</summary>
    internal string Excerpt()
    {
        var text = new StringBuilder();
        Write(text, "");
        return text.ToString();
    }

    // The walk limits how deep elements stand inside each other.
    private static AppleElement Read(XmlWalk walk, ref int most, ref int leftOut)
    {
        var reader = walk.Reader;
        var element = new AppleElement(reader.LocalName, walk.Line);
        while (most > 0 && reader.MoveToNextAttribute())
        {
            var value = reader.Value is { Length: > MostText } text ? text[..MostText] : reader.Value;
            element._attributes[reader.LocalName] = value;
            most -= value.Length + Overhead;
        }

        reader.MoveToElement();
        if (reader.IsEmptyElement)
        {
            return element;
        }

        var depth = reader.Depth;
        while (walk.Read() && reader.Depth > depth)
        {
            if (reader.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            if (most > 0)
            {
                most -= Overhead;
                element._children.Add(Read(walk, ref most, ref leftOut));
            }
            else
            {
                leftOut++;
            }
        }

        return element;
    }

    private void Write(StringBuilder text, string indent)
    {
        const int enough = 2_000;
        text.Append(indent).Append('<').Append(Name);
        foreach (var (name, value) in _attributes)
        {
            text.Append(' ').Append(name).Append("=\"")
                .Append(value.Replace("&", "&amp;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)).Append('"');
        }

        text.Append(_children.Count == 0 ? "/>" : ">");
        foreach (var child in _children)
        {
            if (text.Length > enough)
            {
                return;
            }

            child.Write(text.Append('\n'), indent + " ");
        }

        text.Append(_children.Count == 0 ? "" : $"\n{indent}</{Name}>");
    }
}
