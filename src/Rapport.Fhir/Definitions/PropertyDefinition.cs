namespace Rapport.Fhir;

/// <summary>One JSON property of a type: an element, or one of the types that a choice element can have.</summary>
internal struct PropertyDefinition
{
    /// <summary>The name without the type.</summary>
    public NameId Name;

    /// <summary>The name in JSON.</summary>
    public NameId JsonName;

    public TypeId Type;

    /// <summary>Index into <see cref="Definitions.CodeSets"/>; 0 when any code is allowed.</summary>
    public ushort CodeSet;

    /// <summary>Index into <see cref="Definitions.TargetSets"/>; 0 when any resource may be referred to.</summary>
    public ushort Targets;

    /// <summary>The ordinal of the element in its type, the same for all types of a choice; below 64.</summary>
    public byte Slot;

    public PrimitiveKind Kind;

    public PropertyFlags Flags;
}

[Flags]
internal enum PropertyFlags : byte
{
    None = 0,

    /// <summary>The element repeats: it is an array in JSON.</summary>
    Array = 1,

    Required = 2,

    /// <summary>The element can have one of several types.</summary>
    Choice = 4,

    /// <summary>Its type is given by its own <c>resourceType</c>.</summary>
    AnyResource = 8,
}
