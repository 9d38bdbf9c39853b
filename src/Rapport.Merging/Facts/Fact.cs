using Rapport.Fhir;

namespace Rapport.Merging;

/// <summary>
/// What one entry tells, reduced to what entries are compared by. Names and codes are kept as hashes: enough to compare, with no text. Immutable.
/// </summary>
internal sealed class Fact
{
    internal required FactKind Kind { get; init; }

    /// <summary>Codes with their systems, sorted.</summary>
    internal required ulong[] Codes { get; init; }

    /// <summary>The systems of the codes, sorted.</summary>
    internal ulong[] Systems { get; init; } = [];

    /// <summary>Names brought to one form, sorted.</summary>
    internal required ulong[] Names { get; init; }

    /// <summary>The words of each name, sorted.</summary>
    internal ulong[][] Words { get; init; } = [];

    /// <summary>Concepts that its codes and names are listed under, sorted.</summary>
    internal required ulong[] Concepts { get; init; }

    /// <summary>Numbers that others gave it, with their systems, sorted.</summary>
    internal required ulong[] Identifiers { get; init; }

    internal required FactTime? Time { get; init; }

    /// <summary>Whether it says that something is not so, or was not done.</summary>
    internal bool IsDenied { get; init; }

    /// <summary>Whether it holds still; null when it does not say.</summary>
    internal bool? Holds { get; init; }

    /// <summary>The medicine; null when it is none.</summary>
    internal Medicine? Medicine { get; init; }

    /// <summary>What a vaccine protects against; 0 when it is none.</summary>
    internal ulong Antigens { get; init; }

    /// <summary>Where in the body, sorted.</summary>
    internal ulong[] Sites { get; init; } = [];

    /// <summary>What was found; null when nothing, or only in parts.</summary>
    internal FactValue? Value { get; init; }

    /// <summary>The parts of what was found, each with the hashes of what it is.</summary>
    internal (ulong[] Keys, FactValue Value)[] Parts { get; init; } = [];

    /// <summary>What its value is of, where a unit can only be converted with that.</summary>
    internal Analyte? Analyte { get; init; }

    /// <summary>Hash of a document's bytes, or of all a relative had; 0 when there is none.</summary>
    internal ulong Content { get; init; }

    /// <summary>About how many bytes it takes in memory.</summary>
    internal int Bytes => 200 + (16 * (Medicine?.Salts.Length ?? 0)) + (8 * (Codes.Length + Names.Length + Concepts.Length + Identifiers.Length + Sites.Length)) + Words.Sum(words => 24 + (8 * words.Length)) + (Parts.Length * 120) + (Value is null ? 0 : 100);

    /// <summary>What an entry tells; null for one that is never the same as another.</summary>
    internal static Fact? Of(Resource resource) => FactReader.Read(resource);

    /// <summary>Whatever an equal fact has in common with it, as hashes: only facts that share one need be compared.</summary>
    internal IEnumerable<ulong> Keys
    {
        get
        {
            IEnumerable<ulong> keys = [.. Codes, .. Names, .. Concepts, .. Identifiers];
            keys = Medicine is { } medicine ? keys.Append(medicine.Ingredients) : keys;
            keys = Antigens != 0 ? keys.Append(Antigens) : keys;
            keys = Parts.Length > 1 ? keys.Append(Parts.Aggregate(0UL, (sum, part) => sum ^ (part.Keys.Length > 0 ? part.Keys[0] : 1))) : keys;
            return (Content != 0 ? keys.Append(Content) : keys).Distinct();
        }
    }
}
