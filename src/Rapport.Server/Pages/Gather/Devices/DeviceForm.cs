using Microsoft.AspNetCore.DataProtection;
using Rapport.Gathering;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Pages.Tokens;

namespace Rapport.Server.Pages.Gather.Devices;

/// <summary>What was filled in to connect a device or app.</summary>
/// <param name="Name">What its person calls it.</param>
/// <param name="Measures">What it may send: names of <see cref="DeviceMeasure"/>.</param>
/// <param name="Until">For how long: one of <see cref="Lasting"/>.</param>
public sealed record DeviceForm(string Name, string[] Measures, string Until)
{
    /// <summary>The longest name.</summary>
    public const int LongestName = 60;

    public static DeviceForm Empty { get; } = new("", [], Lasting.Year);

    public static DeviceForm Read(IFormCollection fields) => new(
        fields["name"].ToString().Trim(),
        [.. DeviceMeasure.All.Select(measure => measure.Name).Where(measure => fields["measure"].Contains(measure))],
        Lasting.Read(fields["lasting"]));

    /// <summary>What is missing or wrong in it, by field.</summary>
    public Dictionary<string, string> Problems()
    {
        Dictionary<string, string> problems = [];
        if (Name.Length is 0 or > LongestName || Name.Any(char.IsControl))
        {
            problems["name"] = Say.Fill(DevicesText.MissingName, Say.Number(LongestName));
        }

        if (Measures.Length == 0)
        {
            problems["measure"] = DevicesText.MissingWhat;
        }

        return problems;
    }
}

/// <summary>Such forms, while whoever filled them in shows that it is them.</summary>
/// <inheritdoc/>
internal sealed class DeviceForms(IDataProtectionProvider protection) : SealedDrafts<DeviceForm>(protection, "device-draft");
