namespace Rapport.Fhir;

/// <summary>How a number, date or quantity of a query is compared with the stored value (FHIR R4, Search, 3.1.1.4.5 Prefixes).</summary>
public enum SearchPrefix : byte
{
    /// <summary>The value lies within the range the query names.</summary>
    Equal,
    NotEqual,
    GreaterThan,
    LessThan,
    GreaterOrEqual,
    LessOrEqual,

    /// <summary>The value lies wholly after.</summary>
    StartsAfter,

    /// <summary>The value lies wholly before.</summary>
    EndsBefore,

    /// <summary>About: a tenth either side for numbers; for dates a tenth of the distance to the present.</summary>
    Approximately,
}
