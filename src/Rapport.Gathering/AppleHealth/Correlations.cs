using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>Records that belong together. Apple's document type says that each of them also stands as a record of its own, so they are not taken twice.</summary>
internal static class Correlations
{
    internal static void Take(AppleElement correlation, AppleExport export)
    {
        switch (correlation["type"])
        {
            case "HKCorrelationTypeIdentifierBloodPressure":
                TakeBloodPressure(correlation, export);
                break;
            case "HKCorrelationTypeIdentifierFood":
                TakeFood(correlation, export);
                break;
            case var type:
                export.Skip(type ?? correlation.Name, NotTakenReason.UnknownKind, correlation.Line);
                break;
        }
    }

    private static void TakeBloodPressure(AppleElement correlation, AppleExport export)
    {
        foreach (var member in correlation.Children.Where(child => child.Name == "Record"))
        {
            switch (member["type"])
            {
                case "HKQuantityTypeIdentifierBloodPressureSystolic":
                    export.BloodPressures.Add(member, isSystolic: true, isMember: true);
                    break;
                case "HKQuantityTypeIdentifierBloodPressureDiastolic":
                    export.BloodPressures.Add(member, isSystolic: false, isMember: true);
                    break;
                default:
                    export.Skip(member, NotTakenReason.Repeated);
                    break;
            }
        }
    }

    /// <summary>What was eaten, by name; what was in it stands in series.</summary>
    private static void TakeFood(AppleElement correlation, AppleExport export)
    {
        foreach (var member in correlation.Children.Where(child => child.Name == "Record"))
        {
            export.Skip(member, NotTakenReason.Repeated);
        }

        if (correlation.Metadata("HKFoodType") is not { } food)
        {
            export.Skip(correlation, NotTakenReason.NoMeaning);
        }
        else if (export.Begin(correlation) is { } about)
        {
            var observation = about.New(about.Code("Food eaten", null), "activity", null);
            observation["valueString"] = food;
            about.Add(observation, food, []);
        }
    }
}
