namespace Rapport.Merging;

/// <summary>What sort of thing an entry tells. Only facts of one kind can be the same.</summary>
internal enum FactKind
{
    /// <summary>A disease, an injury, a complaint.</summary>
    Problem,

    /// <summary>What somebody must not have.</summary>
    Allergy,

    /// <summary>A medicine that was prescribed or is taken.</summary>
    Medicine,

    /// <summary>A medicine that was given once.</summary>
    Dose,

    /// <summary>A medicine that was handed out.</summary>
    Supply,

    /// <summary>A vaccine that was given.</summary>
    Vaccination,

    /// <summary>What was done.</summary>
    Procedure,

    /// <summary>What was measured, observed or answered.</summary>
    Measurement,

    /// <summary>A report over several results.</summary>
    Report,

    /// <summary>A visit or a stay.</summary>
    Visit,

    /// <summary>What was ordered.</summary>
    Order,

    /// <summary>A plan, a team.</summary>
    Plan,

    /// <summary>What is aimed at.</summary>
    Goal,

    /// <summary>A relative, with what they had.</summary>
    Relative,

    /// <summary>A document.</summary>
    Document,

    /// <summary>A person, an organisation or a place that the record speaks of.</summary>
    Party,

    /// <summary>Anything that only a number of its own makes known again: a device, an insurance, pictures.</summary>
    Numbered,
}
