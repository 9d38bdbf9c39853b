namespace Rapport.Fhir;

/// <summary>What is to be checked of a primitive's value; one kind for each of R4's primitive types.</summary>
internal enum PrimitiveKind : byte
{
    /// <summary>No primitive.</summary>
    None,
    Boolean,
    Integer,
    PositiveInt,
    UnsignedInt,
    Decimal,
    String,
    Markdown,
    Code,
    Id,
    Uri,
    Url,
    Canonical,
    Oid,
    Uuid,
    Base64Binary,
    Date,
    DateTime,
    Instant,
    Time,
    Xhtml,
}
