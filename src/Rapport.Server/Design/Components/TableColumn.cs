namespace Rapport.Server.Design.Components;

/// <summary>A column of a <see cref="DataTable"/>.</summary>
/// <param name="Name">Its heading.</param>
/// <param name="IsNumber">Whether its cells are aligned as numbers are.</param>
public sealed record TableColumn(string Name, bool IsNumber = false);

/// <summary>A cell of a <see cref="DataTable"/>.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Href">Where it leads; null for nowhere.</param>
public sealed record TableCell(string Text, string? Href = null);
