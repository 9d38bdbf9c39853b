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

    /// <summary>A plan of care.</summary>
    Plan,

    /// <summary>Those who care.</summary>
    Team,

    /// <summary>What is aimed at.</summary>
    Goal,

    /// <summary>A relative, with what they had.</summary>
    Relative,

    /// <summary>A document.</summary>
    Document,

    /// <summary>Somebody the record speaks of.</summary>
    Person,

    /// <summary>A hospital, a practice, a laboratory.</summary>
    Organisation,

    /// <summary>A house, a ward, a room.</summary>
    Place,

    /// <summary>Anything that only a number of its own makes known again: a device, an insurance, pictures.</summary>
    Numbered,
}
