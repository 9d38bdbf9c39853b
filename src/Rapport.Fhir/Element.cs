using System.Buffers;
using System.Text;

namespace Rapport.Fhir;

/// <summary>
/// One element of a <see cref="Resource"/>, as FHIRPath sees it: each repetition is an element of its own, a choice element
/// has its name without the type, and a primitive owns both its value and the id and extensions that came as <c>_name</c>. A small
/// value to pass around freely; its default is no element at all and must not be asked anything.
/// </summary>
public readonly struct Element : IEquatable<Element>
{
    private readonly Resource _resource;

    internal Element(Resource resource, int index)
    {
        _resource = resource;
        Index = index;
    }

    /// <summary>The name in FHIRPath: <c>value</c> for <c>valueQuantity</c>; the resource type for a root.</summary>
    public string Name => Index == _resource.RootIndex ? TypeName : Definitions.NameOf(Node.Name);

    /// <summary>The name in JSON, without the underscore of a primitive's extensions: <c>valueQuantity</c>.</summary>
    public string JsonName => Index == _resource.RootIndex ? TypeName : Definitions.JsonNameOf(Node.Property);

    /// <summary>The R4 type: <c>Observation</c>, <c>Quantity</c>, <c>date</c>; <c>BackboneElement</c> for the nested parts of a resource.</summary>
    public string TypeName => Definitions.TypeNameOf(Node.Type);

    /// <summary>Whether it is a whole resource: a root, a contained resource or a bundle entry's.</summary>
    public bool IsResource => (Node.Flags & NodeFlags.Resource) != 0;

    /// <summary>Whether it is one of possibly several repetitions, that is, stands in a JSON array.</summary>
    public bool IsRepetition => (Node.Flags & NodeFlags.InArray) != 0;

    /// <summary>The elements in it, in document order. For a primitive: its <c>id</c> and <c>extension</c>s.</summary>
    public ElementChildren Children => new(_resource, Owner);

    /// <summary>Whether it is a primitive that has a value, and not only extensions.</summary>
    public bool HasValue => Node.Kind >= NodeKind.String;

    /// <summary>Its JSON text as it came: quoted for strings; for a primitive without a value, empty.</summary>
    public ReadOnlySpan<byte> RawUtf8
    {
        get
        {
            ref readonly var node = ref Node;
            return (node.Flags & NodeFlags.Companion) != 0 || node.Kind == NodeKind.Null ? [] : _resource.Slice(node.Start, node.Length);
        }
    }

    /// <summary>Where it stands in its resource, such as <c>Observation.component[1].valueQuantity.code</c>.</summary>
    public string Location => ElementLocation.Of(_resource.Nodes, _resource.RootIndex, Index);

    internal int Index { get; }

    internal Resource Owning => _resource;

    internal ref readonly Node Node => ref _resource.NodeAt(Index);

    internal NameId NameId => Node.Name;

    internal TypeId TypeId => Node.Type;

    internal NodeKind Kind => Node.Kind;

    /// <summary>The value's text; <see langword="null"/> when it has no value. Numbers and booleans as they are written in JSON.</summary>
    public string? GetString()
    {
        if (!HasValue)
        {
            return null;
        }
        if (TryGetPlain(out var plain))
        {
            return Encoding.UTF8.GetString(plain);
        }
        var rented = ArrayPool<byte>.Shared.Rent(Node.Length);
        try
        {
            return Encoding.UTF8.GetString(GetUtf8(rented));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Whether it has a value and this is its text.</summary>
    /// <param name="utf8">The text without quotes and escapes.</param>
    public bool ValueEquals(ReadOnlySpan<byte> utf8)
    {
        if (!HasValue)
        {
            return false;
        }
        if (TryGetPlain(out var plain))
        {
            return plain.SequenceEqual(utf8);
        }
        return Node.Length >= utf8.Length && utf8.SequenceEqual(JsonText.Unescape(_resource.Slice(Node.Start + 1, Node.Length - 2)));
    }

    /// <summary>The first child of that FHIRPath name (<c>value</c>, not <c>valueQuantity</c>).</summary>
    public bool TryGetChild(string name, out Element child) => TryGetChild(Definitions.FindName(name), out child);

    /// <summary>This element's resource on its own, sharing bytes and tape with the document it stands in.</summary>
    /// <exception cref="InvalidOperationException">It is not a resource.</exception>
    public Resource ToResource() =>
        IsResource ? _resource.WithRoot(Index) : throw new InvalidOperationException("only an element that is a resource can be taken on its own");

    internal bool TryGetChild(NameId name, out Element child)
    {
        if (name.Value != 0)
        {
            var owner = Owner;
            var nodes = _resource.Nodes;
            var end = nodes[owner].End;
            for (var i = owner + 1; i < end; i = nodes[i].End)
            {
                if (nodes[i].Name == name && (nodes[i].Flags & NodeFlags.Linked) == 0)
                {
                    child = new Element(_resource, i);
                    return true;
                }
            }
        }
        child = default;
        return false;
    }

    /// <summary>The value's text in place, when it has a value that can be used without unescaping.</summary>
    internal bool TryGetPlain(out ReadOnlySpan<byte> text)
    {
        ref readonly var node = ref Node;
        if (node.Kind < NodeKind.String || (node.Flags & NodeFlags.Escaped) != 0)
        {
            text = default;
            return false;
        }
        text = node.Kind == NodeKind.String ? _resource.Slice(node.Start + 1, node.Length - 2) : _resource.Slice(node.Start, node.Length);
        return true;
    }

    /// <summary>The value's text, in place when possible, else unescaped into <paramref name="scratch"/>, which must be as long as the raw
    /// text; empty when it has no value.</summary>
    internal ReadOnlySpan<byte> GetUtf8(Span<byte> scratch)
    {
        if (TryGetPlain(out var plain))
        {
            return plain;
        }
        ref readonly var node = ref Node;
        return node.Kind == NodeKind.String
            ? scratch[..JsonText.Unescape(_resource.Slice(node.Start + 1, node.Length - 2), scratch)]
            : [];
    }

    /// <inheritdoc/>
    public bool Equals(Element other) => Index == other.Index && ReferenceEquals(_resource, other._resource);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Element other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Index;

    public static bool operator ==(Element left, Element right) => left.Equals(right);

    public static bool operator !=(Element left, Element right) => !left.Equals(right);

    /// <summary>The tape index whose entries are the children: the companion's for a primitive that has one.</summary>
    private int Owner => (Node.Flags & NodeFlags.HasCompanion) != 0 ? _resource.CompanionOf(Index) : Index;
}
