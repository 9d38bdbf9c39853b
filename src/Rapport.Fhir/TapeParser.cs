using System.Text.Json;

namespace Rapport.Fhir;

/// <summary>Builds the tape.</summary>
internal static class TapeParser
{
    public static ParseResult Parse(byte[] bytes, int offset, int count, CheckOptions options)
    {
        try
        {
            return new ParseResult(Read(bytes, offset, count), []);
        }
        catch (InvalidDataException e)
        {
            return new ParseResult(null, [new CheckIssue(IssueSeverity.Fatal, "structure", "", e.Message)]);
        }
    }

    public static Resource Read(byte[] bytes, int offset, int count)
    {
        try
        {
            var nodes = new List<Node>();
            var companions = new SortedDictionary<int, int>();
            var reader = new Utf8JsonReader(bytes.AsSpan(offset, count));
            reader.Read();
            Value(ref reader, nodes, companions, "", "", NodeFlags.Resource);
            if (nodes[0].Kind != NodeKind.Object || nodes[0].Type.Value == 0)
            {
                throw new InvalidDataException("the document is not a resource");
            }
            return new Resource(bytes, offset, [.. nodes], [.. companions.SelectMany(p => new[] { p.Key, p.Value })]);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("the document is not well-formed json", e);
        }
    }

    private static void Value(ref Utf8JsonReader reader, List<Node> nodes, SortedDictionary<int, int> companions, string name, string parent, NodeFlags flags)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            bool first = true;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                Value(ref reader, nodes, companions, name, parent, flags | NodeFlags.InArray | (first ? NodeFlags.First : 0));
                first = false;
            }
            return;
        }
        int index = nodes.Count;
        string plain = name.TrimStart('_');
        string type = "";
        string choice = plain.StartsWith("value", StringComparison.Ordinal) && plain.Length > 5 && char.IsUpper(plain[5]) ? "value"
            : plain.StartsWith("effective", StringComparison.Ordinal) ? "effective"
            : plain.StartsWith("onset", StringComparison.Ordinal) ? "onset" : plain;
        if (choice != plain)
        {
            type = plain[choice.Length..];
        }
        var node = new Node
        {
            Start = (int)reader.TokenStartIndex,
            Name = Definitions.FindName(choice),
            Property = Definitions.Intern(plain),
            Flags = flags | (name.StartsWith('_') ? NodeFlags.Companion : 0),
            Kind = reader.TokenType switch
            {
                JsonTokenType.StartObject => NodeKind.Object,
                JsonTokenType.String => NodeKind.String,
                JsonTokenType.Number => NodeKind.Number,
                JsonTokenType.True => NodeKind.True,
                JsonTokenType.False => NodeKind.False,
                _ => NodeKind.Null,
            },
        };
        nodes.Add(node);
        if (node.Kind == NodeKind.Object)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                string property = reader.GetString()!;
                reader.Read();
                if (property == "resourceType")
                {
                    type = reader.GetString()!;
                    node.Flags |= NodeFlags.Resource;
                    continue;
                }
                Value(ref reader, nodes, companions, property, type, NodeFlags.None);
            }
        }
        else if (reader.TokenType == JsonTokenType.String && reader.ValueIsEscaped)
        {
            node.Flags |= NodeFlags.Escaped;
        }
        node.Length = (int)reader.BytesConsumed - node.Start;
        node.End = nodes.Count;
        node.Type = Definitions.FindType(type);
        nodes[index] = node;
        Link(nodes, companions, index);
    }

    private static void Link(List<Node> nodes, SortedDictionary<int, int> companions, int parent)
    {
        for (int i = parent + 1; i < nodes[parent].End; i = nodes[i].End)
        {
            if ((nodes[i].Flags & NodeFlags.Companion) == 0)
            {
                continue;
            }
            for (int j = parent + 1; j < nodes[parent].End; j = nodes[j].End)
            {
                if (nodes[j].Property == nodes[i].Property && (nodes[j].Flags & (NodeFlags.Companion | NodeFlags.HasCompanion)) == 0)
                {
                    companions[j] = i;
                    nodes[j] = nodes[j] with { Flags = nodes[j].Flags | NodeFlags.HasCompanion };
                    nodes[i] = nodes[i] with { Flags = nodes[i].Flags | NodeFlags.Linked };
                    break;
                }
            }
        }
    }
}
