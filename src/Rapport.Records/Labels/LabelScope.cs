using Rapport.Data;

namespace Rapport.Records;

/// <summary>What a patient's word on labels is about.</summary>
public abstract record LabelScope
{
    private LabelScope()
    {
    }

    /// <summary>One entry, whatever versions of it come.</summary>
    /// <param name="ResourceType">Its FHIR type.</param>
    /// <param name="Local">Its id; null for the Patient resource.</param>
    public sealed record Entry(string ResourceType, LocalId? Local) : LabelScope;

    /// <summary>All entries that are of this code, by what they are or which category they are in, those to come among them.</summary>
    /// <param name="System">The code's system.</param>
    /// <param name="Code">The code.</param>
    public sealed record Coded(string System, string Code) : LabelScope;

    /// <summary>All entries of a FHIR type, those to come among them.</summary>
    /// <param name="ResourceType">The type.</param>
    public sealed record OfType(string ResourceType) : LabelScope;

    /// <summary>Whatever a rule finds: the patient can only say that it is nothing sensitive to them.</summary>
    /// <param name="Rule">The rule's name.</param>
    public sealed record FoundBy(string Rule) : LabelScope;
}
