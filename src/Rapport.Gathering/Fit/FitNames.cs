using System.Collections.Frozen;

namespace Rapport.Gathering;

/// <summary>What the numbers of the public FIT profile mean for people.</summary>
internal static class FitNames
{
    private static readonly FrozenDictionary<long, string> Sports = new Dictionary<long, string>
    {
        [0] = "Exercise", [1] = "Running", [2] = "Cycling", [3] = "Transition", [4] = "Fitness equipment", [5] = "Swimming", [6] = "Basketball", [7] = "Soccer",
        [8] = "Tennis", [9] = "American football", [10] = "Training", [11] = "Walking", [12] = "Cross-country skiing", [13] = "Alpine skiing",
        [14] = "Snowboarding", [15] = "Rowing", [16] = "Mountaineering", [17] = "Hiking", [18] = "Multisport", [19] = "Paddling", [20] = "Flying",
        [21] = "E-biking", [22] = "Motorcycling", [23] = "Boating", [24] = "Driving", [25] = "Golf", [26] = "Hang gliding", [27] = "Horseback riding",
        [28] = "Hunting", [29] = "Fishing", [30] = "Inline skating", [31] = "Rock climbing", [32] = "Sailing", [33] = "Ice skating", [34] = "Sky diving",
        [35] = "Snowshoeing", [36] = "Snowmobiling", [37] = "Stand-up paddleboarding", [38] = "Surfing", [39] = "Wakeboarding", [40] = "Water skiing",
        [41] = "Kayaking", [42] = "Rafting", [43] = "Windsurfing", [44] = "Kitesurfing", [47] = "Boxing", [48] = "Floor climbing", [53] = "Diving", [62] = "Interval training",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<long, string> SubSports = new Dictionary<long, string>
    {
        [1] = "treadmill", [2] = "street", [3] = "trail", [4] = "track", [5] = "spin", [6] = "indoor cycling", [7] = "road", [8] = "mountain", [9] = "downhill",
        [10] = "recumbent", [11] = "cyclocross", [12] = "hand cycling", [13] = "track cycling", [14] = "indoor rowing", [15] = "elliptical", [16] = "stair climbing",
        [17] = "lap swimming", [18] = "open water", [19] = "flexibility training", [20] = "strength training", [21] = "warm up", [22] = "match", [23] = "exercise",
        [24] = "challenge", [25] = "indoor skiing", [26] = "cardio training", [27] = "indoor walking", [43] = "yoga", [44] = "pilates", [45] = "indoor running", [46] = "gravel cycling",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<long, string> Manufacturers = new Dictionary<long, string>
    {
        [1] = "Garmin", [2] = "Garmin", [3] = "Zephyr", [6] = "SRM", [7] = "Quarq", [8] = "iBike", [9] = "Saris", [13] = "Dynastream", [15] = "Dynastream", [16] = "Timex",
        [23] = "Suunto", [32] = "Wahoo Fitness", [40] = "Concept2", [41] = "Shimano", [48] = "Pioneer", [60] = "Rotor", [63] = "Specialized", [69] = "Stages Cycling",
        [70] = "Sigma Sport", [71] = "TomTom", [76] = "Moxy", [86] = "Elite", [89] = "Tacx", [95] = "Stryd", [96] = "ICG", [107] = "Magene", [111] = "Technogym", [115] = "iGPSPORT", [118] = "WaterRower",
        [123] = "Polar", [255] = "", [257] = "Health & Life", [258] = "Lezyne", [260] = "Zwift", [263] = "Favero", [265] = "Strava", [266] = "Precor", [267] = "Bryton",
        [268] = "SRAM", [281] = "TrainerRoad", [282] = "The Sufferfest", [289] = "Hammerhead", [294] = "COROS", [305] = "WHOOP", [310] = "Decathlon",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<long, string> GarminProducts = new Dictionary<long, string>
    {
        [717] = "Forerunner 405", [782] = "Forerunner 50", [988] = "Forerunner 60", [1018] = "Forerunner 310XT", [1036] = "Edge 500", [1124] = "Forerunner 110",
        [1169] = "Edge 800", [1328] = "Forerunner 910XT", [1482] = "Forerunner 10", [1561] = "Edge 510", [1567] = "Edge 810", [1623] = "Forerunner 620",
        [1632] = "Forerunner 220", [1765] = "Forerunner 920XT", [1903] = "Forerunner 15", [1967] = "fēnix 2", [2050] = "fēnix 3", [2067] = "Edge 1000",
        [2153] = "Forerunner 225", [2431] = "Forerunner 235", [2530] = "Edge 820", [2691] = "Forerunner 935", [2697] = "fēnix 5", [2713] = "Edge 1030", [3113] = "Forerunner 945",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<long, string> FileTypes = new Dictionary<long, string>
    {
        [1] = "device", [2] = "settings", [3] = "sport", [4] = "activity", [5] = "workout", [6] = "course", [7] = "schedules", [9] = "weight", [10] = "totals",
        [11] = "goals", [14] = "blood_pressure", [15] = "monitoring_a", [20] = "activity_summary", [28] = "monitoring_daily", [32] = "monitoring_b", [34] = "segment", [35] = "segment_list",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<long, Metric> Distances = new Dictionary<long, Metric>
    {
        [1] = Metrics.WalkingDistance, [11] = Metrics.WalkingDistance, [17] = Metrics.WalkingDistance, [35] = Metrics.WalkingDistance,
        [2] = Metrics.CyclingDistance, [21] = Metrics.CyclingDistance,
        [5] = Metrics.SwimmingDistance,
        [12] = Metrics.SnowSportsDistance, [13] = Metrics.SnowSportsDistance, [14] = Metrics.SnowSportsDistance,
        [15] = Metrics.RowingDistance, [19] = Metrics.RowingDistance, [37] = Metrics.RowingDistance, [41] = Metrics.RowingDistance,
        [30] = Metrics.SkatingDistance, [33] = Metrics.SkatingDistance,
    }.ToFrozenDictionary();

    /// <summary>What was done.</summary>
    internal static string Sport(long? sport, long? subSport)
    {
        var name = sport is { } number ? Sports.GetValueOrDefault(number) ?? $"Sport {number}" : "Exercise";
        return subSport is { } sub && SubSports.GetValueOrDefault(sub) is { } detail ? $"{name}, {detail}" : name;
    }

    /// <summary>Who made a device; empty for one that is being developed.</summary>
    internal static string Manufacturer(long number) => Manufacturers.GetValueOrDefault(number) ?? $"manufacturer {number}";

    /// <summary>A device by its maker and number.</summary>
    internal static string Product(long? manufacturer, long? product) =>
        product is not { } number ? "" : manufacturer == 1 && GarminProducts.GetValueOrDefault(number) is { } name ? name : $"product {number}";

    /// <summary>The kind of a file.</summary>
    internal static string FileType(long? type) => type is { } number ? FileTypes.GetValueOrDefault(number) ?? $"type {number}" : "nameless";

    /// <summary>What measures the way of a sport.</summary>
    internal static Metric Distance(long? sport) => sport is { } number ? Distances.GetValueOrDefault(number) ?? Metrics.Distance : Metrics.Distance;
}
