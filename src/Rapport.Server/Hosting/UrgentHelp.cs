using Rapport.Conversations;

namespace Rapport.Server.Hosting;

/// <summary>Where people turn in an emergency, as the operator says. Immutable.</summary>
/// <param name="Number">The number to call first.</param>
/// <param name="SelfHarm">A line for who does not want to live, in the operator's words; null for none.</param>
/// <param name="Poison">A line for who has taken something that harms; null for none.</param>
/// <param name="Violence">A line for who is hurt or threatened; null for none.</param>
public sealed record UrgentHelp(string Number, string? SelfHarm = null, string? Poison = null, string? Violence = null)
{
    /// <summary>The emergency number of the European Union and of most mobile networks, and no lines beside it.</summary>
    public static UrgentHelp Usual { get; } = new("112");

    /// <summary>The number as an address that a telephone calls.</summary>
    public string Call => "tel:" + string.Concat(Number.Where(static letter => char.IsAsciiDigit(letter) || letter == '+'));

    /// <summary>The operator's line for a kind of help; null for none.</summary>
    public string? LineFor(UrgentKind kind) => kind switch
    {
        UrgentKind.SelfHarm => SelfHarm,
        UrgentKind.Poison => Poison,
        UrgentKind.Violence => Violence,
        _ => null,
    };
}
