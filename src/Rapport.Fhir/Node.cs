using System.Runtime.InteropServices;

namespace Rapport.Fhir;

/// <summary>
/// One entry of the tape: an element of a resource. The tape lists elements depth first in document order, arrays flattened into
/// their items. Twenty bytes, no pointers.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Node
{
    /// <summary>Where the JSON text of the value starts, in bytes from the start of the document.</summary>
    public int Start;

    /// <summary>How many bytes of JSON text the value has.</summary>
    public int Length;

    /// <summary>The tape index just after this element and everything in it: its next sibling, if there is one.</summary>
    public int End;

    /// <summary>The element's name; a choice element has the name without its type (<c>value</c> for <c>valueQuantity</c>).</summary>
    public NameId Name;

    /// <summary>The element's type.</summary>
    public TypeId Type;

    /// <summary>Which property of the parent's type it is.</summary>
    public ushort Property;

    public NodeKind Kind;

    public NodeFlags Flags;
}

/// <summary>The kind of JSON text that an element has.</summary>
internal enum NodeKind : byte
{
    Null,
    Object,
    String,
    Number,
    True,
    False,
}

[Flags]
internal enum NodeFlags : byte
{
    None = 0,

    /// <summary>It is an item of a JSON array.</summary>
    InArray = 1,

    /// <summary>It is the first that the tape holds of a JSON array's items.</summary>
    First = 2,

    /// <summary>A string with at least one backslash escape.</summary>
    Escaped = 4,

    /// <summary>It came as <c>_name</c>: the id and extensions of a primitive element.</summary>
    Companion = 8,

    /// <summary>A <see cref="Companion"/> whose primitive is on the tape as well and stands for both.</summary>
    Linked = 16,

    /// <summary>A primitive with a <see cref="Linked"/> companion.</summary>
    HasCompanion = 32,

    /// <summary>A whole resource, at the root, in <c>contained</c> or in a bundle's entry.</summary>
    Resource = 64,

    /// <summary>While parsing: the resource has told its type.</summary>
    TypeSaid = 128,
}

/// <summary>The number of an element name in <see cref="Definitions"/>; 0 is a name that R4 does not know.</summary>
internal readonly record struct NameId(ushort Value);

/// <summary>The number of a type in <see cref="Definitions"/>; 0 is no known type.</summary>
internal readonly record struct TypeId(ushort Value);
